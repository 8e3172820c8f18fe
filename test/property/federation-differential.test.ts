import { isDeepStrictEqual } from "node:util";
import { getNamedType, isAbstractType, parse, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { describe, expect, it } from "vitest";
import { type Compared, createDifferential, type Differential, sourceOf } from "../support/differential.js";
import { abstract } from "../support/graphs/abstract.js";
import { chains } from "../support/graphs/chains.js";
import { demoSource } from "../support/graphs/demo.js";
import { keys } from "../support/graphs/keys.js";
import { mediaGraph } from "../support/graphs/media.js";
import { mixture } from "../support/graphs/mixture.js";
import { overlap } from "../support/graphs/overlap.js";
import { provided } from "../support/graphs/provided.js";
import { repeats } from "../support/graphs/repeats.js";
import { requires } from "../support/graphs/requires.js";
import { shop } from "../support/graphs/shop.js";
import { standIns } from "../support/graphs/stand-ins.js";
import { values } from "../support/graphs/values.js";
import type { RandomOperation } from "../support/random-operation.js";
import { shrinkOperation } from "../support/shrink-operation.js";

// FEDERATION_SEED=n FEDERATION_OPERATIONS=n to look elsewhere, or longer.
const SEED = Number(process.env["FEDERATION_SEED"] ?? 1);
const OPERATIONS = Number(process.env["FEDERATION_OPERATIONS"] ?? 2000);

const AT_ONCE = 4;
const COUNTED = Number(process.env["FEDERATION_COUNTED"] ?? 60);

const graphs = [
  abstract,
  chains,
  keys,
  mediaGraph,
  mixture,
  overlap,
  provided,
  repeats,
  requires,
  shop,
  standIns,
  values,
];
const sources = [
  { name: "demo", create: demoSource },
  ...graphs.map((graph) => ({ name: graph.name, create: () => sourceOf(graph) })),
];

const isEqual = ({ expected, actual }: Compared): boolean =>
  // The text too: deep equality does not see the order of keys, which GraphQL fixes.
  isDeepStrictEqual(actual.data, expected.data) &&
  JSON.stringify(actual.data) === JSON.stringify(expected.data) &&
  (actual.isCut
    ? actual.places.every((place) => expected.places.includes(place))
    : isDeepStrictEqual(actual.places, expected.places));

/**
 * There was no plan, and nothing was asked: the planner has none in one piece, and pieces would put one list together of
 * two answers (docs/reference/known-limits.md).
 */
const isRefused = ({ actual, sent }: Compared): boolean =>
  sent.length === 0 &&
  /^Error: Failed to plan/.test(
    String((actual.data as { readonly unanswered?: unknown } | null)?.unanswered),
  );

/**
 * The part of the operations over a graph that may be refused so. In `provided` much is known only where it is handed
 * along, so one list is often needed from two fetches.
 */
const mostRefused = (name: string): number => (name === "provided" ? 0.15 : 0.02);

const touchesAbstract = ({ schema }: Differential, { text }: RandomOperation): boolean => {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  visit(
    parse(text),
    visitWithTypeInfo(typeInfo, {
      Field() {
        const type = typeInfo.getType();
        found ||= type !== null && type !== undefined && isAbstractType(getNamedType(type));
      },
    }),
  );
  return found;
};

const failure = async (
  differential: Differential,
  operation: RandomOperation,
  seed: number,
  isGuarded: boolean,
): Promise<string> => {
  const smallest = await shrinkOperation(operation, differential.schema, async (candidate) => {
    return !isEqual(await differential.compare(candidate, isGuarded));
  });
  const compared = await differential.compare(smallest, isGuarded);
  return [
    `seed ${seed}, ${isGuarded ? "guarded" : "open"}, shrunk to:`,
    smallest.text,
    `variables ${JSON.stringify(smallest.variables)}`,
    `monolith ${JSON.stringify(compared.expected)}`,
    `gateway  ${JSON.stringify(compared.actual)}`,
    ...compared.sent.map(
      (sent) => `  ${sent.subgraph}: ${sent.query} ${sent.variables} ${sent.errors.join()}`,
    ),
  ].join("\n");
};

describe("the gateway against a monolith of the same data", () => {
  it.each(sources)(
    `answers ${OPERATIONS} random operations over $name alike, from seed ${SEED}`,
    async ({ name, create }) => {
      const differential = await createDifferential(create());
      let refused = 0;
      let withEntities = 0;
      let withAbstractTypes = 0;
      const judge = async (seed: number): Promise<void> => {
        const operation = differential.generate(seed);
        // Every other one with guards on, judged for somebody who holds every scope.
        const isGuarded = seed % 2 === 1;
        const compared = await differential.compare(operation, isGuarded);
        if (isRefused(compared)) {
          refused += 1;
          return;
        }
        expect(isEqual(compared) || (await failure(differential, operation, seed, isGuarded))).toBe(true);
        if (compared.sent.some(({ query }) => query.includes("_entities"))) withEntities += 1;
        if (touchesAbstract(differential, operation)) withAbstractTypes += 1;
      };
      // The planner is a process of its own: while it plans one, another is executed.
      for (let seed = SEED; seed < SEED + OPERATIONS; seed += AT_ONCE) {
        const length = Math.min(AT_ONCE, SEED + OPERATIONS - seed);
        await Promise.all(Array.from({ length }, (_, index) => judge(seed + index)));
      }
      if (refused > 0) console.log(`${refused} of ${OPERATIONS} refused`);
      expect(refused / OPERATIONS).toBeLessThanOrEqual(mostRefused(name));
      // A generator that stopped reaching the hard parts would prove nothing.
      expect(withEntities / OPERATIONS).toBeGreaterThanOrEqual(0.5);
      const hasAbstractTypes = Object.values(differential.schema.getTypeMap()).some((type) =>
        isAbstractType(type),
      );
      expect(withAbstractTypes / OPERATIONS).toBeGreaterThanOrEqual(hasAbstractTypes ? 0.25 : 0);
      differential.stop();
    },
    600_000,
  );

  // Across interface objects types are planned one by one, which may cost a request more.
  it.each([abstract, chains, keys, mixture, overlap, provided, repeats, requires, shop, values])(
    "asks the subgraphs of $name no more often than the planner alone would",
    async (graph) => {
      const differential = await createDifferential(sourceOf(graph));
      const more: string[] = [];
      let planned = 0;
      for (let seed = SEED; seed < SEED + COUNTED; seed += 1) {
        const operation = differential.generate(seed);
        const alone = await differential.fetchesAlone(operation);
        const { sent } = await differential.compare(operation);
        if (alone !== undefined) planned += 1;
        if (alone !== undefined && sent.length > alone)
          more.push(`${sent.length} > ${alone}: ${operation.text}`);
      }
      differential.stop();
      expect(more).toEqual([]);
      expect(planned / COUNTED).toBeGreaterThanOrEqual(0.5);
    },
    120_000,
  );
});
