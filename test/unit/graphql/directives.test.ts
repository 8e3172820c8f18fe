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

  it("have arguments of the kind that is asked for, and no others", () => {
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
