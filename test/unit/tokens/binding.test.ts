import { describe, expect, it } from "vitest";
import { readBinding } from "../../../src/tokens/binding.js";

const JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

describe("what a token is bound to (RFC 9449 §6.1)", () => {
  it("is nothing without cnf, and a key by its thumbprint", () => {
    expect(readBinding(undefined)).toEqual({ kind: "none" });
    expect(readBinding({ jkt: JKT })).toEqual({ kind: "key", thumbprint: JKT });
  });

  it.each([
    null,
    {},
    [],
    "key",
    { jkt: 7 },
    { jkt: "" },
    { jkt: `${JKT}=` },
    { jkt: JKT.slice(1) },
    { "x5t#S256": JKT },
    { jkt: JKT, "x5t#S256": JKT },
    Object.create({ jkt: JKT }),
  ])("is unknown for %j: such a token is never taken for a bearer token", (cnf) => {
    expect(readBinding(cnf)).toEqual({ kind: "unknown" });
  });
});
