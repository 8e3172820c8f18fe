import { describe, expect, it } from "vitest";
import { RepeatScan } from "../../../../../src/federation/result/sharing/repeat-scan.js";

const scanned = (text: string, comparedBytes = 2) => {
  const scan = new RepeatScan(Buffer.from(text), comparedBytes);
  return { rest: scan.rest(), repeats: scan.repeats, savedBytes: scan.savedBytes };
};

describe("a scan of JSON", () => {
  it("leaves a 0 in place of a repeated value, and returns both places", () => {
    const { rest, repeats, savedBytes } = scanned('{"r":[{"a":{"id":1}},{"a":{"id":1},"b":2}]}');
    expect(rest).toBe('{"r":[{"a":{"id":1}},{"a":0,"b":2}]}');
    expect(repeats).toEqual([{ path: ["r", 1, "a"], source: ["r", 0, "a"] }]);
    expect(savedBytes).toBe('{"id":1}'.length);
  });

  it("compares whole values: one that only begins alike is not the same", () => {
    expect(scanned('[{"a":1},{"a":12}]').rest).toBeUndefined();
    expect(scanned("[[1],[1,2]]").rest).toBeUndefined();
    expect(scanned('[{"a":[1]},{"a":[1],"b":2}]').rest).toBe('[{"a":[1]},{"a":0,"b":2}]');
  });

  it("compares with the last value of the place alone", () => {
    expect(scanned('[{"a":1},{"b":1},{"a":1},{"a":1}]').repeats).toEqual([{ path: [3], source: [2] }]);
  });

  it("names the first of many equal ones as the source of all", () => {
    expect(scanned("[[1],[1],[1],[1]]").repeats.map(({ source }) => source)).toEqual([[0], [0], [0]]);
  });

  it("takes equal texts under unlike keys for unlike places", () => {
    expect(scanned('{"a":{"id":1},"b":{"id":1}}').rest).toBeUndefined();
  });

  it("finds keys whatever order they come in", () => {
    const text = '[{"a":{"x":1},"b":[2]},{"b":[2],"c":3,"a":{"x":1}}]';
    expect(scanned(text).rest).toBe('[{"a":{"x":1},"b":[2]},{"b":0,"c":3,"a":0}]');
  });

  it("distinguishes keys of which one begins with the other", () => {
    expect(scanned('[{"ab":{"x":1}},{"a":{"x":1}}]').rest).toBeUndefined();
    expect(scanned('[{"a":{"x":1}},{"ab":{"x":1}}]').rest).toBeUndefined();
  });

  it("leaves out nothing shorter than it is to compare", () => {
    expect(scanned("[[1],[1]]", 4).rest).toBeUndefined();
    expect(scanned("[[1],[1]]", 3).rest).toBe("[[1],0]");
  });

  it("is not fooled by braces and quotes inside text", () => {
    const text = '[{"a":"}],{\\"\\\\"},{"a":"}],{\\"\\\\"}]';
    expect(scanned(text).rest).toBe('[{"a":"}],{\\"\\\\"},0]');
  });

  it("keeps what follows the value, for `JSON.parse` to judge", () => {
    expect(scanned("[[1],[1]] x").rest).toBe("[[1],0] x");
  });

  it("keeps letters of more than one byte whole", () => {
    expect(scanned('[["aß€😀"],["aß€😀"],["ß"]]').rest).toBe('[["aß€😀"],0,["ß"]]');
  });

  it("repeats nothing of a value that ends where the text does", () => {
    expect(scanned("[[1,2],[1,2").rest).toBeUndefined();
  });
});

describe("what is not for it", () => {
  it.each([
    "",
    "[",
    "{",
    "]",
    '"open',
    '{"a"',
    '{"a":',
    '{"a" :1}',
    "[1 ,{]",
    "{a:1}",
    "{1:1}",
    '{"":1}',
    '{"a-b":1}',
    '{"__proto__":1}',
    '{"a":1,"a":2}',
    '{"a":[1],"a":[1]}',
    '[{"a":1}{"a":1}]',
    "[,]",
    "[[1],[1],]",
    '[tru"e"]',
  ])("is given up: %j", (text) => {
    expect(scanned(text).rest).toBeUndefined();
  });

  it("is more depth than a selection has", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    expect(scanned(`[${nested(62)},${nested(62)}]`).rest).toBe(`[${nested(62)},0]`);
    expect(scanned(`[${nested(70)},${nested(70)}]`).rest).toBeUndefined();
  });

  it("is an object of more keys than a selection has", () => {
    const row = (keys: number) => `{${Array.from({ length: keys }, (_, n) => `"k${n}":1`).join()}}`;
    expect(scanned(`[${row(128)},${row(128)}]`).rest).toBe(`[${row(128)},0]`);
    expect(scanned(`[${row(129)},${row(129)}]`).rest).toBeUndefined();
  });

  it("is a long text that repeated nothing so far", () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => `{"id":${n},"text":"some text"}`);
    expect(scanned(`[${rows.join()},[1],[1]]`).rest).toBeUndefined();
    expect(scanned(`[${[rows[0], rows[0], ...rows].join()}]`).rest).toBeDefined();
  });
});
