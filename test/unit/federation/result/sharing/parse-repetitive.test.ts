import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRepetitive } from "../../../../../src/federation/result/sharing/parse-repetitive.js";

const parse = (text: string) => parseRepetitive(Buffer.from(text), 2);
const JSON_OR_NOTHING = (text: string): unknown => {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    return "not JSON";
  }
};

/** Few words, keys and values, so that subtrees come out equal often. */
const documents = fc.letrec<{ value: unknown; object: unknown; list: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom(1, -0.5, true, null, "", "aß€", 'quo"te', "back\\slash", "\u2028", "😀", "}],{["),
    tie("object"),
    tie("list"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "__typename", "constructor", "toString"), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  list: fc.array(tie("value"), { maxLength: 5 }),
})).object;

describe("JSON that repeats itself", () => {
  it("is parsed as JSON.parse does it, whatever repeats", () => {
    let repetitive = 0;
    fc.assert(
      fc.property(documents, fc.integer({ min: 2, max: 5 }), (element, times) => {
        const text = JSON.stringify({ data: { rows: Array.from({ length: times }, () => ({ element })) } });
        const found = parse(text);
        if (found !== undefined) repetitive += 1;
        expect(JSON.stringify(found === undefined ? JSON.parse(text) : found.value)).toBe(text);
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(repetitive).toBeGreaterThan(1900);
  });

  it("is never read differently, however broken", () => {
    const breakage = fc.tuple(
      fc.nat(),
      fc.constantFrom("", " ", '"', "\\", "{", "}", "[", "]", ",", ":", "0", "\u0000", '"a":1,', "\n"),
      fc.nat({ max: 3 }),
    );
    let read = 0;
    fc.assert(
      // Many breakages of each document: it takes longer to make one than to read it.
      fc.property(documents, fc.array(breakage, { minLength: 45, maxLength: 45 }), (element, breakages) => {
        const whole = JSON.stringify({ rows: [element, element, { a: element, b: element }, element] });
        for (const [at, inserted, removed] of breakages) {
          const place = at % whole.length;
          // Through bytes, as it comes: half a surrogate pair is none.
          const text = Buffer.from(
            whole.slice(0, place) + inserted + whole.slice(place + removed),
          ).toString();
          const found = parse(text);
          if (found === undefined) continue;
          read += 1;
          expect(JSON_OR_NOTHING(text)).toEqual({ parsed: found.value });
          expect(JSON.stringify(found.value)).toBe(JSON.stringify(JSON.parse(text)));
        }
      }),
      { numRuns: 1200, seed: 1 },
    );
    expect(read).toBeGreaterThan(5000);
  }, 120_000);

  it("gives one object for equal ones at one place, and returns which", () => {
    const author = { id: "1", name: "Ada" };
    const found = parse(
      JSON.stringify({
        reviews: [
          { id: 1, author },
          { id: 2, author },
        ],
        author,
      }),
    );
    const value = found?.value as { reviews: { author: object }[]; author: object };
    expect(value.reviews[1]?.author).toBe(value.reviews[0]?.author);
    expect([...(found?.shared ?? [])]).toEqual([value.reviews[0]?.author]);
    // The same text under another key is another selection.
    expect(value.author).not.toBe(value.reviews[0]?.author);
    expect(found?.savedBytes).toBe(JSON.stringify(author).length);
  });

  it("leaves short values where they are", () => {
    const text = JSON.stringify([{ id: "1" }, { id: "1" }]);
    expect(parseRepetitive(Buffer.from(text))).toBeUndefined();
    expect(parse(text)).toBeDefined();
  });

  it("takes the newline many servers end with", () => {
    expect(parse('[{"a":1},{"a":1}]\n')?.value).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it.each([
    ["a key that comes twice in one object", '[{"a":{"x":1},"a":5},{"a":{"x":1}}]'],
    ["the prototype as a key", '[{"__proto__":{"x":1}},{"__proto__":{"x":1}}]'],
    ["an escaped key", '[{"\\u0061":{"x":1}},{"\\u0061":{"x":1}}]'],
    ["a key no selection has", '[{"a b":{"x":1}},{"a b":{"x":1}}]'],
    ["spaces between", '[{"x": [1]}, {"x": [1]}]'],
    ["something after the end", '[{"x":1},{"x":1}]]'],
    ["too little", '[{"x":1},{"x":1}'],
    ["nothing", ""],
    ["a page", "<html><body>[1,1]</body></html>"],
    ["a byte order mark", '\ufeff[{"x":1},{"x":1}]'],
    ["more depth than any selection", `${"[".repeat(70)}${"]".repeat(70)}`],
  ])("is not for %s", (_what, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it("gives up on a map of many keys before it costs", () => {
    const map = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, { a: 1 }]));
    const text = JSON.stringify({ data: [map, map] });
    const start = process.cpuUsage();
    expect(parse(text)).toBeUndefined();
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(200_000);
  });
});
