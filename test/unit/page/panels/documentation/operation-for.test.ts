import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { operationFor } from "../../../../../src/page/panels/documentation/operation-for.js";
import type { MemberDescription } from "../../../../../src/page/schema/protocol.js";

const anArgument = (name: string, type: string, defaultValue?: string) => ({
  name,
  type,
  namedType: type.replace(/\W/g, ""),
  description: "",
  deprecated: undefined,
  defaultValue,
  demand: undefined,
});
const aField = (more: Partial<MemberDescription>): MemberDescription => ({
  ...anArgument("product", "Product"),
  kind: "field",
  isLeaf: false,
  arguments: [],
  ...more,
});

describe("an operation for a root field", () => {
  it("has a variable for each argument that is required", () => {
    const text = operationFor(
      "query",
      aField({
        arguments: [anArgument("id", "ID!"), anArgument("first", "Int!", "3"), anArgument("after", "ID")],
      }),
    );
    expect(text).toBe("query Product($id: ID!) {\n  product(id: $id) {\n    __typename\n  }\n}");
    expect(() => parse(text)).not.toThrow();
  });

  it("selects nothing of a leaf", () => {
    expect(operationFor("mutation", aField({ name: "ping", isLeaf: true }))).toBe(
      "mutation Ping {\n  ping\n}",
    );
  });
});
