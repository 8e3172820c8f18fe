import { describe, expect, it } from "vitest";
import { Repetition } from "../../../../../src/federation/result/sharing/repetition.js";

const row = (id: number) => ({ id: `${id}`, text: "the same row of some length, again and again and again" });
const listOf = (length: number, rowAt: (index: number) => unknown) =>
  Buffer.from(JSON.stringify({ data: { rows: Array.from({ length }, (_, index) => rowAt(index)) } }));
const EQUAL = listOf(200, () => row(1));
const UNLIKE = listOf(200, row);
const FEW = listOf(3, () => row(1));

describe("the answers to one fetch", () => {
  it("are looked through from the second one on, while they repeat themselves", () => {
    const repetition = new Repetition();
    expect(repetition.parse(EQUAL)).toBeUndefined();
    for (let asked = 0; asked < 5; asked += 1) {
      const found = repetition.parse(EQUAL);
      expect(found?.value).toEqual(JSON.parse(EQUAL.toString()));
      expect(found?.savedBytes).toBeGreaterThan(EQUAL.length * 0.9);
    }
  });

  it("are not when they are short", () => {
    const repetition = new Repetition();
    expect([1, 2, 3].map(() => repetition.parse(FEW))).toEqual([undefined, undefined, undefined]);
  });

  it("are scanned more and more rarely when they contain no repetition", () => {
    const unlike = new Repetition();
    for (let asked = 0; asked < 40; asked += 1) unlike.parse(UNLIKE);
    let pause = 0;
    while (unlike.parse(EQUAL) === undefined) pause += 1;
    // 1 + 1 + 2 + 4 + 8 + 16 answers and six looks went by; the pause after that is of 32.
    expect(pause).toBeGreaterThan(20);
    expect(pause).toBeLessThanOrEqual(64);
  });

  it("forgets the pauses as soon as answers repeat themselves again", () => {
    const repetition = new Repetition();
    for (let asked = 0; asked < 40; asked += 1) repetition.parse(UNLIKE);
    while (repetition.parse(EQUAL) === undefined);
    expect(repetition.parse(UNLIKE)).toBeUndefined();
    expect(repetition.parse(EQUAL)).toBeUndefined();
    expect(repetition.parse(EQUAL)).toBeDefined();
  });
});
