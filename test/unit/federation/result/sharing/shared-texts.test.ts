import { describe, expect, it } from "vitest";
import { SharedObjects } from "../../../../../src/federation/result/sharing/shared-objects.js";
import { type Complete, SharedTexts } from "../../../../../src/federation/result/sharing/shared-texts.js";

const textsOf = (...objects: readonly object[]) => {
  const shared = new SharedObjects();
  shared.add({
    kind: "answered",
    data: {},
    errors: [],
    repeats: { shared: new Set(objects), savedBytes: 1 },
  });
  return new SharedTexts(shared);
};
const writer = (name: string) => {
  const written: unknown[] = [];
  const write: Complete = (value) => {
    written.push(value);
    return `${name}:${JSON.stringify(value)}`;
  };
  return { write, written };
};

describe("the texts of one answer", () => {
  it("are written once for each object", () => {
    const [one, equal] = [{ id: 1 }, { id: 1 }];
    const texts = textsOf(one, equal);
    const { write, written } = writer("w");
    expect([one, one, equal, one].map((each) => texts.once(each, write))).toEqual(
      Array(4).fill('w:{"id":1}'),
    );
    expect(written).toEqual([one, equal]);
  });

  it("are never those of another selection", () => {
    const one = { id: 1 };
    const texts = textsOf(one);
    const [first, second] = [writer("first"), writer("second")];
    const asked = [first, second, first, second].map(({ write }) => texts.once(one, write));
    expect(asked).toEqual(['first:{"id":1}', 'second:{"id":1}', 'first:{"id":1}', 'second:{"id":1}']);
    expect([first.written.length, second.written.length]).toEqual([1, 2]);
  });

  it("know which objects are shared", () => {
    const one = {};
    expect([textsOf(one).has(one), textsOf(one).has({})]).toEqual([true, false]);
  });

  it("are handed on, so that objects inside are written once as well", () => {
    const inner = { id: 1 };
    const texts = textsOf(inner);
    const { write, written } = writer("w");
    const outer: Complete = (_value, shared) => shared?.once(inner, write) ?? null;
    expect([texts.once({}, outer), texts.once({}, outer)]).toEqual(['w:{"id":1}', 'w:{"id":1}']);
    expect(written).toEqual([inner]);
  });

  it("do not remember a failure", () => {
    const one = {};
    const texts = textsOf(one);
    const broken: Complete = () => {
      throw new Error("odd");
    };
    expect(() => texts.once(one, broken)).toThrow("odd");
    expect(texts.once(one, () => "good")).toBe("good");
  });
});
