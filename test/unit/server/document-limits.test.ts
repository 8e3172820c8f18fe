import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { createDocumentCheck } from "../../../src/server/document-limits.js";

const limits = { maxTokens: 1000, maxDepth: 10, maxAliases: 5 };
const check = createDocumentCheck(limits);
const codeOf = (text: string, with_ = check): unknown => with_(text)?.extensions["code"];
const nested = (levels: number, open = "a {", leaf = "b") =>
  `{ ${`${open} `.repeat(levels - 1)}${leaf}${" }".repeat(levels - 1)} }`;

describe("document limits", () => {
  it("lets a document at its limits pass, again and again", () => {
    const text = nested(10);
    expect([codeOf(text), codeOf(text)]).toEqual([undefined, undefined]);
    expect(codeOf("{ a: x b: x c: x d: x e: x }")).toBeUndefined();
  });

  it.each([
    ["one level too deep", nested(11)],
    [
      "one level too deep behind a fragment",
      `{ a { ...F } } fragment F on T ${nested(9, "a {")}`.replace("on T {", "on T { x {").concat(" }"),
    ],
    ["a tower of inline fragments", nested(12, "... {")],
    ["aliases on top of a tower of inline fragments", nested(12, "... {", "a:x b:x c:x d:x e:x f:x")],
    ["one alias too many", "{ a: x b: x c: x d: x e: x f: x }"],
    [
      "aliases spread over unused fragments",
      "{ x } fragment F on T { a: x b: x c: x } fragment G on T { d: x e: x f: x }",
    ],
    ["too many tokens", `{ ${"x ".repeat(1000)} }`],
  ])("refuses %s", (_, text) => {
    expect(codeOf(text)).toBe("OPERATION_TOO_COMPLEX");
  });

  it("passes a syntax error on to the parser, and a fragment cycle on to validation", () => {
    expect(codeOf("{ a")).toBeUndefined();
    expect(codeOf("{ ...F } fragment F on T { ...G } fragment G on T { ...F }")).toBeUndefined();
  });

  it("refuses a document that would exhaust the stack instead of falling over", () => {
    const generous = createDocumentCheck({ maxTokens: 1_000_000, maxDepth: 1_000_000, maxAliases: 5 });
    expect(codeOf(nested(200_000), generous)).toBe("OPERATION_TOO_COMPLEX");
  });

  it("measures a fragment bomb in linear time", () => {
    const bomb = Array.from(
      { length: 21 },
      (_, index) => `fragment F${index} on T { ...F${index + 1} ...F${index + 1} }`,
    ).join(" ");
    const started = performance.now();
    expect(codeOf(`{ ...F0 } ${bomb} fragment F21 on T { x }`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
