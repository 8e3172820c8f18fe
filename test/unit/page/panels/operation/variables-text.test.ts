import { describe, expect, it } from "vitest";
import { parseVariables } from "../../../../../src/page/panels/operation/variables-text.js";

describe("the text of the variables", () => {
  it.each(["", "  \n"])("may be empty: %j", (text) => {
    expect(parseVariables(text)).toEqual({ kind: "variables", variables: {} });
  });

  it.each(["[1]", "1", "null", '"text"'])("must be one object, not %s", (text) => {
    expect(parseVariables(text)).toMatchObject({
      kind: "unreadable",
      message: expect.stringContaining("one JSON object"),
    });
  });

  it("says what is no JSON", () => {
    expect(parseVariables("{ a: 1 }")).toMatchObject({
      kind: "unreadable",
      message: expect.stringContaining("are no JSON"),
    });
  });
});
