import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocumentStore } from "../../../src/server/document-store.js";

describe("the store of validated documents", () => {
  it("forgets the least recently used beyond its capacity", async () => {
    const store = createDocumentStore(2);
    const [a, b, c] = ["{ a }", "{ b }", "{ c }"].map((text) => parse(text));
    await store.set("a", a!);
    await store.set("b", b!);
    expect(await store.get("a")).toBe(a);
    await store.set("c", c!);
    expect([await store.get("a"), await store.get("b"), await store.get("c")]).toEqual([a, undefined, c]);
  });

  it("keeps one entry per key, and takes prototype names for names", async () => {
    const store = createDocumentStore(2);
    const [a, b] = [parse("{ a }"), parse("{ b }")];
    await store.set("__proto__", a);
    await store.set("__proto__", b);
    expect(await store.get("__proto__")).toBe(b);
    expect(await store.get("constructor")).toBeUndefined();
    expect(await store.delete("__proto__")).toBe(true);
    expect(await store.get("__proto__")).toBeUndefined();
  });
});
