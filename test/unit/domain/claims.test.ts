import { describe, expect, it } from "vitest";
import { chosenClaims, claimNameProblems, customClaims, readScopeClaim } from "../../../src/domain/claims.js";

describe("custom claims", () => {
  it("are the chosen names only, the last source winning", () => {
    const chosen = chosenClaims(
      ["plan", "team", "absent"],
      { plan: "free", team: 1 },
      { plan: "gold", secret: "x" },
    );
    expect({ ...chosen }).toEqual({ plan: "gold", team: 1 });
  });

  it("never take a registered or an inherited name", () => {
    const source = JSON.parse('{"sub":"mallory","scope":"admin","__proto__":{"admin":true},"constructor":1}');
    expect({ ...chosenClaims(["sub", "scope", "__proto__", "constructor", "toString"], source) }).toEqual({});
    expect(claimNameProblems(["plan", "sub", "__proto__"]).map(({ found }) => found)).toEqual([
      "sub",
      "__proto__",
    ]);
  });

  it("are read back without the registered ones", () => {
    expect({ ...customClaims({ sub: "a", plan: "gold", exp: 1 }) }).toEqual({ plan: "gold" });
  });
});

describe("a scope claim", () => {
  it.each<[unknown, string[]]>([
    ["a b", ["a", "b"]],
    ["a a", ["a"]],
    ["", []],
    [" a", []],
    ["a ", []],
    ["a  b", []],
    ["a\tb", []],
    ['a "b"', []],
    [["a b", "c"], ["c"]],
    [["a", null], []],
    [[["a"]], []],
    [{ 0: "a", length: 1 }, []],
    [1, []],
    [null, []],
    [undefined, []],
  ])("%j gives %j", (claim, scopes) => {
    expect([...readScopeClaim(claim)]).toEqual(scopes);
  });
});
