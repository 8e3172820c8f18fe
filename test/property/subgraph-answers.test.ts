import type { ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import { createDifferential, type DifferentialSource, sourceOf } from "../support/differential.js";
import { abstract } from "../support/graphs/abstract.js";
import { chains } from "../support/graphs/chains.js";
import { keys } from "../support/graphs/keys.js";
import { mediaGraph } from "../support/graphs/media.js";
import { mixture } from "../support/graphs/mixture.js";
import { overlap } from "../support/graphs/overlap.js";
import { provided } from "../support/graphs/provided.js";
import { requires } from "../support/graphs/requires.js";
import { shop } from "../support/graphs/shop.js";
import { standIns } from "../support/graphs/stand-ins.js";
import { values } from "../support/graphs/values.js";

// ANSWERS_SEED=n ANSWERS_OPERATIONS=n to look elsewhere, or longer.
const SEED = Number(process.env["ANSWERS_SEED"] ?? 1);
const OPERATIONS = Number(process.env["ANSWERS_OPERATIONS"] ?? 40);

const graphs = [
  abstract,
  chains,
  keys,
  mediaGraph,
  mixture,
  overlap,
  provided,
  requires,
  shop,
  standIns,
  values,
];

/** Values of every shape that somebody could take for an answer. */
const LIES: readonly unknown[] = [
  "forged",
  666,
  true,
  { id: "forged", name: "forged", __typename: "Forged" },
  [{ id: "forged" }, { id: "forged" }, { id: "forged" }, { id: "forged" }],
];

/** The answer with every name of the operation at every object that does not have it. */
const withLies = (value: unknown, names: readonly string[], asked: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => withLies(item, names, asked));
  if (typeof value !== "object" || value === null) return value;
  // The value of a scalar is the subgraph's own, whatever stands in it.
  const keys = Object.keys(value);
  if (keys.length === 0 || !keys.every((key) => asked.includes(key))) return value;
  const honest = Object.entries(value).map(([key, inner]) => [key, withLies(inner, names, asked)] as const);
  const lies = names
    .filter((name) => !Object.hasOwn(value, name))
    .map((name, index) => [name, LIES[index % LIES.length]] as const);
  return Object.fromEntries([...lies, ...honest]);
};

/** Subgraphs of which one is away, and the others answer everything anybody could ask. */
const answering = (source: DifferentialSource) => {
  const manners = { away: "", lies: [] as readonly string[], told: 0 };
  const lying: DifferentialSource = {
    ...source,
    async executeSubgraph(name, query, variables): Promise<ExecutionResult> {
      if (name === manners.away) return { errors: [{ message: "away" } as never], data: null };
      const result = await source.executeSubgraph(name, query, variables);
      if (manners.lies.length === 0) return result;
      manners.told += 1;
      return { ...result, data: withLies(result.data, manners.lies, query) as Record<string, unknown> };
    },
  };
  return { lying, manners };
};

describe("a subgraph that answers more than it was asked", () => {
  it.each(graphs)(
    `changes nothing in ${OPERATIONS} random answers over $name, whoever else is away, from seed ${SEED}`,
    async (graph) => {
      const { lying, manners } = answering(sourceOf(graph));
      const differential = await createDifferential(lying);
      const names = Object.keys(graph.subgraphs);
      for (let seed = SEED; seed < SEED + OPERATIONS; seed += 1) {
        const operation = differential.generate(seed);
        manners.away = seed % 3 === 0 ? "" : (names[seed % names.length] ?? "");
        manners.lies = [];
        const honest = await differential.compare(operation, seed % 2 === 1);
        manners.lies = [...new Set(operation.text.match(/[_A-Za-z]\w*/g))].filter(
          (name) => !name.startsWith("__"),
        );
        const forged = await differential.compare(operation, seed % 2 === 1);
        expect({ seed, text: operation.text, away: manners.away, ...forged.actual }).toEqual({
          seed,
          text: operation.text,
          away: manners.away,
          ...honest.actual,
        });
      }
      differential.stop();
      expect(manners.told).toBeGreaterThan(OPERATIONS / 2);
    },
    300_000,
  );
});
