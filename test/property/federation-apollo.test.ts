import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { startApolloOracle } from "../support/apollo-oracle.js";
import { createDifferential, sourceOf } from "../support/differential.js";
import { abstract } from "../support/graphs/abstract.js";
import { demoSource } from "../support/graphs/demo.js";
import { keys } from "../support/graphs/keys.js";
import { mediaGraph } from "../support/graphs/media.js";
import { overlap } from "../support/graphs/overlap.js";
import { requires } from "../support/graphs/requires.js";
import { shop } from "../support/graphs/shop.js";
import { values } from "../support/graphs/values.js";

// FEDERATION_SEED=n APOLLO_OPERATIONS=n to look elsewhere, or longer.
const SEED = Number(process.env["FEDERATION_SEED"] ?? 1);
const OPERATIONS = Number(process.env["APOLLO_OPERATIONS"] ?? 60);

// Measured: 52 to 58 of 60 on seven of these graphs. Below this share the second oracle itself is broken.
const AGREES_AT_LEAST = 0.5;

const sources = [
  { name: "demo", create: demoSource },
  ...[abstract, keys, mediaGraph, overlap, requires, shop, values].map((graph) => ({
    name: graph.name,
    create: () => sourceOf(graph),
  })),
];

const dataOf = (result: unknown): unknown => (result as { readonly data?: unknown }).data ?? null;

describe("a second oracle: @apollo/gateway", () => {
  it.each(sources)(
    `is never right about ${OPERATIONS} operations over $name where we are wrong, from seed ${SEED}`,
    async ({ create }) => {
      const source = create();
      const [differential, apollo] = await Promise.all([
        createDifferential(source),
        startApolloOracle(source),
      ]);
      let agreeing = 0;
      for (let seed = SEED; seed < SEED + OPERATIONS; seed += 1) {
        const operation = differential.generate(seed);
        const { expected, actual } = await differential.compare(operation);
        // On some of these graphs its planner gives up: no answer, then.
        const theirs = await apollo
          .execute(operation.text, operation.variables)
          .catch((error: unknown) => ({ data: undefined, reason: String(error) }));
        expect(actual, `${operation.text}\nApollo: ${JSON.stringify(theirs)}`).toEqual(expected);
        // Where it differs from both of us it is only counted.
        if (theirs.data !== undefined && isDeepStrictEqual(theirs.data, dataOf(actual))) agreeing += 1;
      }
      differential.stop();
      await apollo.stop();
      expect(agreeing / OPERATIONS).toBeGreaterThanOrEqual(AGREES_AT_LEAST);
    },
    600_000,
  );
});
