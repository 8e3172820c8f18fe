import { describe, expect, it } from "vitest";
import { createSecretCheck } from "../../../src/client-auth/secrets.js";

describe("the secrets of a client", () => {
  const isSecret = createSecretCheck(["old secret", "new secret"]);

  it("are both accepted, so that a client can change its secret", () => {
    expect([isSecret("old secret"), isSecret("new secret")]).toEqual([true, true]);
  });

  it.each(["", "old sec", "old secret ", "OLD SECRET", "old secret new secret"])(
    "are not %j",
    (presented) => {
      expect(isSecret(presented)).toBe(false);
    },
  );

  it("accept nothing when there is none", () => {
    expect(createSecretCheck([])("")).toBe(false);
  });
});
