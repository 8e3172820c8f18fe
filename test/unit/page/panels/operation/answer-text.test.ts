import { describe, expect, it } from "vitest";
import { answerText } from "../../../../../src/page/panels/operation/answer-text.js";

const ANSWER = {
  data: { me: { name: "a", email: null, orders: [{ total: 1 }, null], none: [], empty: {} }, product: null },
};
const marked = (path: readonly (string | number)[], value: unknown = ANSWER): readonly string[] => {
  const { text, marks } = answerText(value, [path], Number.POSITIVE_INFINITY);
  return marks.map(({ from, to }) => text.slice(from, to));
};

describe("the text of an answer", () => {
  it.each([ANSWER, [], {}, null, "text", 1, { a: [[1, [2]], {}] }, { 'q"uo\\te': "\u2028<img>" }])(
    "is the JSON that everybody writes: %j",
    (value) => {
      expect(answerText(value, [], Number.POSITIVE_INFINITY).text).toBe(JSON.stringify(value, null, 2));
    },
  );

  it("marks the refused value", () => {
    const { text, marks } = answerText(ANSWER, [["data", "me", "email"]], Number.POSITIVE_INFINITY);
    const [mark] = marks;
    expect(marks).toHaveLength(1);
    expect(text.slice(0, mark?.to)).toMatch(/"email": null$/);
    expect(mark?.path).toBe(0);
  });

  it("marks the last value there is, when the path leads further", () => {
    expect(marked(["data", "product", "price", "amount"])).toEqual(["null"]);
    expect(marked(["data", "me", "orders", 1, "total"])).toEqual(["null"]);
    expect(marked(["data", "me", "gone"])).toEqual(["{"]);
    expect(marked(["data", "me", "none", 0])).toEqual(["["]);
    expect(marked(["data", "me"], { errors: [] })).toEqual(["{"]);
    expect(marked(["data", "me", "orders"])).toEqual(["["]);
  });

  it("does not take a member of every object for one of the answer", () => {
    expect(marked(["data", "constructor"])).toEqual(["{"]);
    expect(marked(["data", "__proto__", "x"])).toEqual(["{"]);
  });

  it("marks each of several errors at one place", () => {
    const paths = [["data", "product"], undefined, ["data", "product", "price"]];
    expect(answerText(ANSWER, paths, 1e6).marks.map(({ path }) => path)).toEqual([0, 2]);
  });

  it("stops at the length it was given, with marks inside of the text alone", () => {
    const value = { data: { list: Array.from({ length: 5000 }, (_, at) => ({ at, email: null })) } };
    const paths = [
      ["data", "list", 0, "email"],
      ["data", "list", 4999, "email"],
    ];
    const { text, marks, isCut } = answerText(value, paths, 2000);
    expect(isCut).toBe(true);
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(text.length).toBeGreaterThan(1900);
    expect(marks.map(({ path }) => path)).toEqual([0]);
    expect(marks.every(({ to }) => to <= text.length)).toBe(true);
  });
});
