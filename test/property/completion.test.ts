import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  print,
  type SelectionSetNode,
  validate,
} from "graphql";
import { describe, expect, it } from "vitest";
import { createWireNames, fieldNamesOf, type WireNames } from "../../src/federation/plan/wire-names.js";
import { compileVariableCheck } from "../../src/federation/request/variables.js";
import { answer } from "../../src/federation/response/build-response.js";
import { MASK_EVERYTHING } from "../../src/federation/response/errors.js";
import { createFastProjector } from "../../src/federation/response/project/compile.js";
import { setOwn } from "../../src/federation/response/project/project.js";
import type { JsonObject, JsonValue } from "../../src/federation/result/json.js";
import { SharedObjects } from "../../src/federation/result/sharing/shared-objects.js";
import { createFieldCollector, type FieldCollector, type IsTrue } from "../../src/graphql/collect-fields.js";
import { createDice, type Dice, randomOperation } from "../support/random-operation.js";

// COMPLETION_SEED=n COMPLETION_OPERATIONS=n to look elsewhere, or longer.
const SEED = Number(process.env["COMPLETION_SEED"] ?? 1);
const OPERATIONS = Number(process.env["COMPLETION_OPERATIONS"] ?? 2000);

const schema = buildSchema(/* GraphQL */ `
  scalar Any
  enum Mood { HAPPY SAD }
  type Query { me: User users: [User!] node(id: ID): Node things: [Thing!]! matrix: [[Cell]!] any: Any! }
  union Thing = User | Cell | Post
  interface Node { id: ID! name: String }
  interface Named implements Node { id: ID! name: String title: String! }
  type User implements Node { id: ID! name: String age: Int! height: Float isAdmin: Boolean mood: Mood friends: [User] posts(first: Int): [Post!]! any: Any constructor: String }
  type Post implements Node & Named { id: ID! name: String title: String! author: User! tags: [String!] moods: [Mood]! twins: [Node!] }
  type Cell { value: Float! owner: Node thing: Thing }
`);

/** Now and then something that the schema does not promise. */
interface Oddness {
  readonly nothing: number;
  readonly wrong: number;
}

const STRINGS = [
  "",
  "plain",
  'quo"te',
  "back\\slash",
  "line\nend",
  "\u0000",
  "ß€😀",
  "\ud800",
  "\u2028",
  "x".repeat(300),
];
const NUMBERS = [0, -0, 1, -1, 2_147_483_647, 2_147_483_648, 1.5, 1e21, 1e-7, Number.POSITIVE_INFINITY];

const texts = new WeakMap<SelectionSetNode, string>();
const textOf = (set: SelectionSetNode): string => {
  const text = texts.get(set) ?? print(set);
  texts.set(set, text);
  return text;
};

/** A result tree as subgraphs might have answered it, in which objects stand in many places. */
class RandomTree {
  readonly shared = new SharedObjects();
  readonly #known = new Map<string, JsonValue[]>();

  constructor(
    private readonly dice: Dice,
    private readonly schema: GraphQLSchema,
    private readonly collector: FieldCollector,
    private readonly names: WireNames,
    private readonly isTrue: IsTrue,
    private readonly oddness: Oddness,
  ) {}

  object(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): JsonObject {
    const { dice } = this;
    const result: JsonObject = {};
    const runtime = isAbstractType(type) ? dice.pick(this.schema.getPossibleTypes(type)) : type;
    if (isAbstractType(type)) {
      if (!dice.chance(this.oddness.wrong)) result["__typename"] = runtime.name;
      else if (dice.chance(0.5))
        result["__typename"] = dice.pick<JsonValue>(["Query", "Ghost", type.name, 1]);
    }
    if (!isObjectType(runtime)) throw new TypeError(`${runtime.name} has no fields`);
    for (const field of this.collector.collect(sets, runtime, this.isTrue)) {
      const definition = runtime.getFields()[field.name];
      const [first] = field.nodes;
      if (definition === undefined || first === undefined) continue;
      if (dice.chance(this.oddness.nothing)) continue;
      const below = field.nodes.flatMap((node) => node.selectionSet ?? []);
      setOwn(result, this.names.keyOf(first), this.value(definition.type, below));
    }
    return result;
  }

  value(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): JsonValue {
    const { dice } = this;
    const isNonNull = isNonNullType(type);
    const nullable = isNonNull ? type.ofType : type;
    if (dice.chance(isNonNull ? this.oddness.nothing : 0.1)) return null;
    if (dice.chance(this.oddness.wrong)) return dice.pick<JsonValue>(["wrong", 7.5, true, [], {}, [[null]]]);
    if (!isListType(nullable) && !("getFields" in nullable) && !isAbstractType(nullable)) {
      if (isEnumType(nullable)) return dice.pick(nullable.getValues()).name;
      switch (nullable.name) {
        case "Int":
          return dice.pick(NUMBERS.filter((number) => (number | 0) === number));
        case "Float":
          return dice.pick(NUMBERS);
        case "Boolean":
          return dice.chance(0.5);
        case "Any":
          return dice.pick<JsonValue>([{ a: [1, { toJSON: "x" }] }, "s", 0, [null]]);
        default:
          return dice.pick(STRINGS);
      }
    }
    // What stood at another place with the same type may stand here, where the same was selected there.
    const place = `${String(nullable)} ${sets.map(textOf).join(" ")}`;
    const known = this.#known.get(place) ?? [];
    this.#known.set(place, known);
    if (known.length > 0 && dice.chance(0.4)) {
      const again = dice.pick(known);
      const shared = new Set<object>([again as object]);
      if (dice.chance(0.8)) {
        this.shared.add({
          kind: "answered",
          data: {},
          errors: [],
          bytes: 1,
          repeats: { shared, savedBytes: 1 },
        });
      }
      return again;
    }
    const value = isListType(nullable)
      ? Array.from({ length: dice.below(4) }, () => this.value(nullable.ofType, sets))
      : this.object(nullable as GraphQLNamedType, sets);
    known.push(value);
    return value;
  }
}

/** The same operation and tree, completed in every way there is. */
const complete = (seed: number, oddness: Oddness) => {
  const dice = createDice(seed);
  const { text, variables } = randomOperation(schema, dice, { values: {} });
  const document = parse(text);
  if (validate(schema, document).length > 0) return undefined;
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error("no operation");
  const check = compileVariableCheck(schema, operation);
  const collector = createFieldCollector(document, schema);
  const names = createWireNames(document, { fields: fieldNamesOf(schema), requiredWithArguments: new Set() });
  const isTrue: IsTrue = (variable) => check.isTrue(variables, variable);
  const rootType = schema.getQueryType();
  if (rootType === null || rootType === undefined) throw new Error("no query type");
  const { selectionSet } = operation;
  const tree = new RandomTree(dice, schema, collector, names, isTrue, oddness);
  const data = tree.object(rootType, [selectionSet]);
  const input = {
    schema,
    rootType,
    selectionSet,
    collector,
    names,
    isTrue,
    hidesTypes: () => seed % 5 === 0,
  };
  const before = JSON.stringify(data);
  const fast = createFastProjector(input);
  const objects = fast.project(data);
  const written = fast.write(data, tree.shared);
  const careful = answer({
    ...input,
    data,
    failures: [],
    denials: undefined,
    gatewayFields: new Map(),
    exposure: MASK_EVERYTHING,
    requires: new Map(),
    denialError: () => {
      throw new Error("nothing is denied");
    },
  });
  expect(JSON.stringify(data), "the tree is not changed").toBe(before);
  return { text, objects, written, careful };
};

describe("the ways to complete an answer", () => {
  it.each([
    ["as promised", { nothing: 0, wrong: 0 }, 0.9, 0],
    ["with something odd now and then", { nothing: 0.02, wrong: 0.02 }, 0.2, 0.2],
  ] as const)("agree on %s", { timeout: 300_000 }, (_what, oddness, leastClean, leastOdd) => {
    let [all, clean] = [0, 0];
    for (let seed = SEED; seed < SEED + OPERATIONS; seed += 1) {
      const completed = complete(seed, oddness);
      if (completed === undefined) continue;
      const { text, objects, written, careful } = completed;
      all += 1;
      const isClean = careful.errors.length === 0;
      if (isClean) clean += 1;
      // The fast ways do exactly what the careful one finds nothing to tell about.
      const expected = isClean ? JSON.stringify(careful.data) : undefined;
      expect(objects === undefined ? undefined : JSON.stringify(objects), `seed ${seed}: ${text}`).toBe(
        expected,
      );
      expect(written, `seed ${seed}: ${text}`).toBe(expected);
    }
    expect(all).toBeGreaterThan(OPERATIONS / 4);
    expect(clean / all).toBeGreaterThanOrEqual(leastClean);
    expect(1 - clean / all).toBeGreaterThanOrEqual(leastOdd);
  });
});
