import { describe, expect, it } from "vitest";
import { SharedObjects } from "../../../../../src/federation/result/sharing/shared-objects.js";

const withAnswer = (objects: readonly object[], bytes = 100, savedBytes = 60) => {
  const shared = new SharedObjects();
  shared.add({
    kind: "answered",
    data: {},
    errors: [],
    bytes,
    repeats: { shared: new Set(objects), savedBytes },
  });
  return shared;
};

describe("the objects that many places share", () => {
  it("are those the answers named, by identity", () => {
    const [one, two, equal] = [{ a: 1 }, [1], { a: 1 }];
    const shared = withAnswer([one, two]);
    expect([one, two, equal].map((each) => shared.has(each))).toEqual([true, true, false]);
  });

  it("are none where no answer repeated itself", () => {
    const shared = new SharedObjects();
    shared.add({ kind: "answered", data: {}, errors: [], bytes: 100 });
    expect([shared.has({}), shared.walk(), shared.isMostlyShared]).toEqual([false, undefined, false]);
  });

  it("take their members with them where those went to several others", () => {
    const inner = { deep: { leaf: 1 } };
    const object = { inner, list: [inner], text: "x", nothing: null };
    const alone = { other: {} };
    const shared = withAnswer([object]);
    shared.spread([object, alone, null, "text"]);
    expect([inner, object.list, inner.deep, alone.other].map((each) => shared.has(each))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("spread to nothing where nothing is shared", () => {
    const object = { inner: {} };
    const shared = new SharedObjects();
    shared.spread([object]);
    expect([shared.has(object.inner), shared.walk()]).toEqual([false, undefined]);
  });
});

describe("most of what was read", () => {
  it("had been read before when more than half of all answers together was left out", () => {
    expect([withAnswer([], 100, 50).isMostlyShared, withAnswer([], 100, 51).isMostlyShared]).toEqual([
      false,
      true,
    ]);
    const shared = withAnswer([], 100, 90);
    shared.add({ kind: "answered", data: {}, errors: [], bytes: 200 });
    expect(shared.isMostlyShared).toBe(false);
    shared.add({ kind: "answered", data: {}, errors: [] });
    expect(shared.isMostlyShared).toBe(false);
  });
});

describe("one way through the tree", () => {
  it("passes each shared object once, all others each time", () => {
    const [one, list, own] = [{}, [1], {}];
    const walk = withAnswer([one, list]).walk();
    expect([one, one, list, list, own, own].map((each) => walk?.isPassed(each))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it.each([null, undefined, "text", 7, true])("never passes %j by", (value) => {
    const walk = withAnswer([{}]).walk();
    expect([walk?.isPassed(value), walk?.isPassed(value)]).toEqual([false, false]);
  });

  it("starts again for each walk", () => {
    const one = {};
    const shared = withAnswer([one]);
    expect([shared.walk()?.isPassed(one), shared.walk()?.isPassed(one)]).toEqual([false, false]);
  });
});
