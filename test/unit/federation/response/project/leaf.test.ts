import { buildSchema, isLeafType } from "graphql";
import { describe, expect, it } from "vitest";
import { leafCheck } from "../../../../../src/federation/response/project/leaf.js";
import type { JsonValue } from "../../../../../src/federation/result/json.js";

const schema = buildSchema(
  "enum Color { RED GREEN } scalar Any type Query { i: Int f: Float s: String b: Boolean id: ID c: Color a: Any }",
);
const check = (name: string) => {
  const type = schema.getType(name);
  if (!isLeafType(type)) throw new Error(`no leaf: ${name}`);
  return leafCheck(type);
};
const VALUES: readonly JsonValue[] = [
  0,
  -1,
  1.5,
  2_147_483_647,
  -2_147_483_648,
  2_147_483_648,
  -2_147_483_649,
  2 ** 53,
  "",
  "RED",
  "1",
  true,
  false,
  null,
  [],
  ["RED"],
  {},
  { RED: 1 },
];
const accepted = (name: string) => VALUES.filter(check(name));

describe("a value of a leaf type", () => {
  it("is an Int within 32 bits (GraphQL §3.5.1)", () => {
    expect(accepted("Int")).toEqual([0, -1, 2_147_483_647, -2_147_483_648]);
    expect([Number.NaN, Number.POSITIVE_INFINITY].filter(check("Int"))).toEqual([]);
  });

  it("is a Float when it is any number", () => {
    expect(accepted("Float")).toEqual(VALUES.filter((value) => typeof value === "number"));
  });

  it("is a String or a Boolean when it is one, nothing is coerced", () => {
    expect(accepted("String")).toEqual(["", "RED", "1"]);
    expect(accepted("Boolean")).toEqual([true, false]);
  });

  it("is an ID as a string, or as a number that was read exactly", () => {
    expect(accepted("ID")).toEqual([
      0,
      -1,
      2_147_483_647,
      -2_147_483_648,
      2_147_483_648,
      -2_147_483_649,
      "",
      "RED",
      "1",
    ]);
  });

  it("is one of the names of an enum, and no name objects inherit", () => {
    expect(accepted("Color")).toEqual(["RED"]);
    expect(["constructor", "__proto__", "toString", "red"].filter(check("Color"))).toEqual([]);
  });

  it("is anything at all for a custom scalar", () => {
    expect(accepted("Any")).toEqual(VALUES);
  });
});
