import { describe, expect, it } from "vitest";
import { operationsIn, operationToRun } from "../../../../src/page/editor/operations.js";

const TEXT = `query A($x: Int) { me(a: $x) }
fragment F on User { id }
mutation B { login }
{ c }`;

describe("the operations of a text", () => {
  it("are found with their kind and name; fragments are none", () => {
    expect(operationsIn(TEXT).map(({ kind, name }) => [kind, name])).toEqual([
      ["query", "A"],
      ["mutation", "B"],
      ["query", ""],
    ]);
  });

  it("are found in a text with mistakes", () => {
    expect(operationsIn("query A { me { ").map(({ name }) => name)).toEqual(["A"]);
    expect(operationsIn("")).toEqual([]);
    expect(operationsIn("# only a comment")).toEqual([]);
  });

  it("run by name, else where the cursor is, else the first", () => {
    const operations = operationsIn(TEXT);
    expect(operationToRun(operations, "B", 0)?.name).toBe("B");
    expect(operationToRun(operations, undefined, TEXT.indexOf("login"))?.name).toBe("B");
    expect(operationToRun(operations, "gone", TEXT.indexOf("c }"))?.name).toBe("");
    expect(operationToRun(operations, undefined, TEXT.indexOf("fragment") + 3)?.name).toBe("A");
    expect(operationToRun([], undefined, 0)).toBeUndefined();
  });
});
