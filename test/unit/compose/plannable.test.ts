import { describe, expect, it } from "vitest";
import { planningProblems } from "../../../src/compose/plannable.js";
import { composeGraph } from "../../support/federated-graph.js";

const composed = (subgraphs: Readonly<Record<string, string>>): string =>
  composeGraph({ name: "asked", subgraphs, resolvers: {}, lookup: () => undefined });

describe("what `compose` and `check` verify before they report ok", () => {
  it("is nothing against a graph that is served", async () => {
    const sdl = composed({
      pets: `type Query { pet: Pet } type Pet @key(fields: "id") { id: ID! name: String }`,
    });
    expect(await planningProblems(sdl, {})).toEqual([]);
  });

  it.each([
    [
      "a graph the planner cannot read",
      "SUPERGRAPH_UNPLANNABLE",
      {
        shelves: `type Query { shelf: Shelf } type Shelf { pets: [Pet] @provides(fields: "__typename name") }
          type Pet @key(fields: "id") { id: ID! name: String @external }`,
        pets: `type Pet @key(fields: "id") { id: ID! name: String }`,
      },
    ],
    [
      "a mutation that could not be called once",
      "SHARED_MUTATION",
      {
        bank: `type Query { ping: Int } type Mutation { pay: Paid @shareable } type Paid { receipt: String }`,
        shop: `type Mutation { pay: Paid @shareable } type Paid { points: Int }`,
      },
    ],
  ])("refuses what `serve` would refuse: %s", async (_what, kind, subgraphs) => {
    expect(await planningProblems(composed(subgraphs), {})).toMatchObject([{ kind }]);
  });
});
