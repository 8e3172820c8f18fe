import { describe, expect, it } from "vitest";
import { KEPT, type KeptStorage, keep, readKept } from "../../../../src/page/state/kept.js";

function aStorage(): KeptStorage & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

describe("what the page keeps", () => {
  it("is the theme, the text of operations and the layout, and nothing else", () => {
    expect(Object.keys(KEPT)).toEqual(["theme", "operation", "split"]);
  });

  it("is read back by its name", () => {
    const storage = aStorage();
    keep("split", "40", ".operation", storage);
    expect(readKept("split", ".operation", storage)).toBe("40");
    expect(readKept("split", ".documentation", storage)).toBeUndefined();
    keep("split", undefined, ".operation", storage);
    expect(storage.values.size).toBe(0);
  });

  it("is forgotten without a failure where storage is blocked or full", () => {
    const blocked: KeptStorage = {
      getItem: () => {
        throw new Error("blocked");
      },
      setItem: () => {
        throw new Error("full");
      },
      removeItem: () => {
        throw new Error("blocked");
      },
    };
    keep("operation", "{ me }", "", blocked);
    keep("operation", undefined, "", blocked);
    expect(readKept("operation", "", blocked)).toBeUndefined();
  });
});
