import { describe, expect, it } from "vitest";
import { pathText, refusalsOf } from "../../../../../src/page/panels/operation/refusals.js";

const anError = (code: string, path?: readonly (string | number)[]) => ({
  message: "no",
  ...(path === undefined ? {} : { path }),
  extensions: { code },
});

describe("what would help at a refusal", () => {
  it("is a sign-in, a step-up, or nothing that this page could do", () => {
    const refusals = refusalsOf({
      data: {},
      errors: [anError("UNAUTHENTICATED", ["me"]), anError("STEP_UP_REQUIRED"), anError("FORBIDDEN")],
      extensions: { challenge: { code: "STEP_UP_REQUIRED", maxAge: 300 } },
    });
    expect(refusals.map(({ remedy }) => remedy)).toEqual(["signIn", "stepUp", undefined]);
  });

  it("is no step-up without a challenge to meet", () => {
    expect(refusalsOf({ errors: [anError("STEP_UP_REQUIRED")] })[0]?.remedy).toBeUndefined();
  });

  it("is nothing for a code that an object has by itself", () => {
    expect(refusalsOf({ errors: [anError("constructor")] })[0]?.remedy).toBeUndefined();
  });

  it("names the path as people write it", () => {
    expect(pathText(["me", "orders", 0, "total"])).toBe("me.orders[0].total");
  });
});
