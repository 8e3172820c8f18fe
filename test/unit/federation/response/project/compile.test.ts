import fc from "fast-check";
import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createFastProjector } from "../../../../../src/federation/response/project/compile.js";
import { project } from "../../../../../src/federation/response/project/project.js";
import type { JsonObject } from "../../../../../src/federation/result/json.js";
import { SharedObjects } from "../../../../../src/federation/result/sharing/shared-objects.js";
import { withoutGeneratedCode } from "../../../../support/generated-code.js";
import { aProjection } from "../../../../support/projection-builders.js";

const SDL = `
  interface Thing { id: ID n: Int }
  type User implements Thing { id: ID n: Int f: Float b: Boolean must: String! mate: User mates: [Thing!] grid: [[Int]] color: Color any: Any }
  type Post implements Thing { id: ID n: Int text: String }
  union Hit = User | Post
  enum Color { RED GREEN }
  scalar Any
  type Query { me: User must: User! users: [User] thing: Thing hit: Hit n: Int }
`;
const OPERATIONS = [
  "{me{id n f b must color any grid} n}",
  "{a:me{mate{must mate{id}} must} must{id}}",
  "{users{mates{id n}}}",
  "{thing{__typename id ...on User{must f}} hit{...on Post{text} ...on Thing{n}}}",
  "{thing{id} users{...F ...F}} fragment F on User{id mate{...on Thing{id}}}",
  "{__typename constructor:n toString:thing{valueOf:id}}",
];
const schema = buildSchema(SDL);
/** Completes an answer in each way. */
const completing = (operation: string) => {
  const input = aProjection(schema, operation);
  const projector = createFastProjector(input);
  return (data: JsonObject) => {
    input.reported.length = 0;
    const interpreted = project(input, data);
    const isClean = input.reported.length === 0;
    return {
      interpreted,
      isClean,
      fast: projector.project(data),
      text: projector.write(data, new SharedObjects()),
    };
  };
};
const both = (operation: string, data: JsonObject) => completing(operation)(data);

/** Values that a hostile or broken subgraph could send for any of the fields above. */
const VALUES = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, 1, -0, 1.5, 2 ** 31, 2 ** 53, true, "", "1", "RED", "BLUE", 'quo"te\u2028', "User"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.record(
      {
        __typename: fc.constantFrom<unknown>("User", "Post", "Query", "Nobody", "constructor", null, 7),
        id: fc.constantFrom<unknown>("1", 7, null, [], 1.5),
        n: fc.constantFrom<unknown>(1, null, "1"),
        must: fc.constantFrom<unknown>("x", null),
        mate: tie("value"),
        mates: tie("value"),
        grid: tie("value"),
        any: tie("value"),
        valueOf: fc.constant("v"),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  ),
})).value;
const USER = { __typename: "User", id: "1", n: 1, f: 1.5, b: true, must: "m", mate: null, mates: [] };
const HONEST = {
  ...USER,
  color: "RED",
  any: {},
  grid: [[1], null],
  valueOf: "v",
  mate: USER,
  mates: [USER, null],
};
/** Mostly valid values. An answer with any invalid value is completed by the interpreter alone. */
const mostly = (honest: unknown) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(honest) }, { weight: 1, arbitrary: VALUES });
const DATA = fc.record(
  {
    me: mostly(HONEST),
    a: mostly(HONEST),
    must: mostly(HONEST),
    users: mostly([HONEST, null]),
    thing: mostly(HONEST),
    hit: mostly({ __typename: "Post", text: null, n: 1 }),
    n: mostly(1),
    toString: mostly(HONEST),
  },
  { noNullPrototype: true },
);

describe("the generated projector", () => {
  it("answers what the interpreter answers, as objects and as text, or nothing at all", () => {
    let answers = 0;
    fc.assert(
      fc.property(fc.constantFrom(...OPERATIONS.map(completing)), DATA, (complete, data) => {
        const { interpreted, fast, text, isClean } = complete(data as JsonObject);
        if (fast !== undefined) answers += 1;
        expect(JSON.stringify(fast)).toBe(isClean ? JSON.stringify(interpreted) : undefined);
        expect(text).toBe(fast === undefined ? undefined : JSON.stringify(fast));
      }),
      { numRuns: 800, seed: 1 },
    );
    expect(answers).toBeGreaterThan(200);
  });

  it.each([
    [
      "{me{id n f b must color any grid}}",
      {
        me: { id: "1", n: 1, f: 1.5, b: false, must: "m", color: "RED", any: { x: [1] }, grid: [[1], null] },
      },
    ],
    ["{me{id must}}", { me: { id: 7, must: "", extra: "secret" }, other: 1 }],
    ["{thing{__typename id ...on Post{text}}}", { thing: { __typename: "Post", id: "1", text: null } }],
    ["{users{mates{id}}}", { users: [{ mates: [] }, null, { mates: null }] }],
    ["{me{id}}", { me: null }],
  ])("completes %s of %j", (operation, data) => {
    const { interpreted, fast, text } = both(operation, data as JsonObject);
    expect(fast).toEqual(interpreted);
    expect(text).toBe(JSON.stringify(interpreted));
  });

  it.each([
    ["{n}", {}],
    ["{n}", { n: undefined }],
    ["{n}", { n: 2 ** 31 }],
    ["{n}", { n: "1" }],
    ["{me{id}}", { me: [] }],
    ["{me{id}}", { me: "text" }],
    ["{me{must}}", { me: { must: null } }],
    ["{me{color}}", { me: { color: "toString" } }],
    ["{me{grid}}", { me: { grid: [1] } }],
    ["{users{id}}", { users: { length: 1, 0: { id: "1" } } }],
    ["{thing{id ...on Post{text}}}", { thing: { id: "1" } }],
    ["{thing{__typename}}", { thing: { __typename: "constructor" } }],
    ["{hit{...on User{id}}}", { hit: { __typename: "Thing", id: "1" } }],
    ["{must{id}}", { must: null }],
    ["{constructor:n}", {}],
  ])("leaves %s of %j to the interpreter", (operation, data) => {
    const { fast, text } = both(operation, data as unknown as JsonObject);
    expect([fast, text]).toEqual([undefined, undefined]);
  });

  it("answers a float that JSON has no number for as the interpreter does", () => {
    for (const f of [Number.POSITIVE_INFINITY, Number.NaN]) {
      const { interpreted, fast, text } = both("{me{f}}", { me: { f } });
      expect(JSON.stringify(fast)).toBe(JSON.stringify(interpreted));
      expect(text).toBe(JSON.stringify(interpreted));
    }
  });

  it("completes a position without a type only where no type is hidden there", () => {
    const data = { thing: { id: "1" } };
    const open = createFastProjector(aProjection(schema, "{thing{id}}"));
    const hiding = createFastProjector(aProjection(schema, "{thing{id}}", { hidesTypes: () => true }));
    expect([open.project(data), hiding.project(data)]).toEqual([data, undefined]);
  });

  it("writes each shared object once, and the same text", () => {
    let reads = 0;
    const mate = {
      get id() {
        reads += 1;
        return "1";
      },
    };
    const shared = new SharedObjects();
    shared.add({
      kind: "answered",
      data: {},
      errors: [],
      bytes: 10,
      repeats: { shared: new Set([mate]), savedBytes: 9 },
    });
    const users = Array.from({ length: 5 }, () => ({ mate }));
    const projector = createFastProjector(aProjection(schema, "{users{mate{id}}}"));
    const text = projector.write({ users }, shared);
    expect(JSON.parse(text ?? "")).toEqual({ users: users.map(() => ({ mate: { id: "1" } })) });
    expect(reads).toBe(1);
  });

  it("writes a shared object under two selections twice", () => {
    const user = { id: "1", must: "m" };
    const shared = new SharedObjects();
    shared.add({
      kind: "answered",
      data: {},
      errors: [],
      bytes: 10,
      repeats: { shared: new Set([user]), savedBytes: 9 },
    });
    const projector = createFastProjector(aProjection(schema, "{x:me{id} y:me{must}}"));
    const text = projector.write({ x: user, y: user }, shared);
    expect(JSON.parse(text ?? "")).toEqual({ x: { id: "1" }, y: { must: "m" } });
  });

  it("answers nothing where the runtime forbids generated code", () => {
    const projector = createFastProjector(aProjection(schema, "{n}"));
    const answers = withoutGeneratedCode(() => [
      projector.project({ n: 1 }),
      projector.write({ n: 1 }, new SharedObjects()),
    ]);
    expect(answers).toEqual([undefined, undefined]);
  });

  it("lets any other failure through", () => {
    const broken = {
      get n(): number {
        throw new RangeError("broken");
      },
    };
    expect(() => createFastProjector(aProjection(schema, "{n}")).project(broken)).toThrow(RangeError);
  });
});
