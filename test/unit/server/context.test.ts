import { describe, expect, it } from "vitest";
import { readCredential } from "../../../src/server/context.js";

describe("reading the credential", () => {
  it.each([
    [[], { kind: "none" }],
    [[""], { kind: "none" }],
    [["  "], { kind: "none" }],
    [["Bearer abc.def-_~+/=="], { kind: "bearer", token: "abc.def-_~+/==" }],
    [["bearer abc"], { kind: "bearer", token: "abc" }],
    [["BEARER   abc "], { kind: "bearer", token: "abc" }],
  ])("reads %j", (values, expected) => {
    expect(readCredential(values)).toEqual(expected);
  });

  it.each([
    [["Basic dXNlcjpwYXNz"]],
    [["Bearer"]],
    [["Bearer "]],
    [["Bearer a b"]],
    [["Bearer a, Bearer b"]],
    [["Bearer abc\u00e9"]],
    [["Bearerabc"]],
    [["Bearer a", "Bearer a"]],
    [["", "Bearer a"]],
    [["DPoP a b"]],
    [["DPoP"]],
  ])("takes %j for malformed, never for absent", (values) => {
    const credential = readCredential(values);
    expect(credential.kind).toBe("malformed");
    expect(JSON.stringify(credential)).not.toContain("dXNlcjpwYXNz");
  });
});
