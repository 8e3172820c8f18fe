import { describe, expect, it } from "vitest";
import {
  argumentValue,
  booleanArgument,
  directivesNamed,
  parseDefinition,
  parseDirectives,
  stringArgument,
  textArgument,
} from "../../../src/graphql/directives.js";

const directives = parseDirectives('@a(text: "t", name: N, on: true) @b @a(on: false)');
const [first, , last] = directives;

describe("the directives of a definition", () => {
  it("are found by name, each application of it", () => {
    expect(directivesNamed({ directives }, "a")).toEqual([first, last]);
    expect(directivesNamed({}, "a")).toEqual([]);
  });

  it("have arguments of the requested kind, and no others", () => {
    expect([stringArgument(first, "text"), stringArgument(first, "name")]).toEqual(["t", undefined]);
    expect([textArgument(first, "text"), textArgument(first, "name")]).toEqual(["t", "N"]);
    expect([booleanArgument(first, "on"), booleanArgument(last, "on", true)]).toEqual([true, false]);
    expect([booleanArgument(first, "none"), booleanArgument(first, "none", true)]).toEqual([false, true]);
    expect(argumentValue(undefined, "text")).toBeUndefined();
  });

  it("can be read from a text, as a definition can", () => {
    expect(directives.map((one) => one.name.value)).toEqual(["a", "b", "a"]);
    expect(parseDefinition("scalar S")?.kind).toBe("ScalarTypeDefinition");
  });
});

describe("an argument", () => {
  const [hostile] = parseDirectives('@a(n: 1, l: ["x"], z: null, o: {a: 1}, t: "true", constructor: "c")');

  it.each(["n", "l", "z", "o", "absent", "toString", "__proto__"])(
    "of another kind, or of nobody, is no text: %s",
    (name) => {
      expect([stringArgument(hostile, name), textArgument(hostile, name)]).toEqual([undefined, undefined]);
      expect([booleanArgument(hostile, name), booleanArgument(hostile, name, true)]).toEqual([false, true]);
    },
  );

  it("is no Boolean because of its text, and may have a name that objects have", () => {
    expect([booleanArgument(hostile, "t"), textArgument(hostile, "constructor")]).toEqual([false, "c"]);
  });

  it("of a directive that is not there is absent", () => {
    expect([
      stringArgument(undefined, "a"),
      textArgument(undefined, "a"),
      booleanArgument(undefined, "a", true),
    ]).toEqual([undefined, undefined, true]);
  });
});

describe("a text", () => {
  it("without directives has none, and one that is broken throws", () => {
    expect(parseDirectives("")).toEqual([]);
    expect(() => parseDirectives("@a(")).toThrow(/Syntax Error/);
    expect(() => parseDefinition("")).toThrow(/Syntax Error/);
  });
});
