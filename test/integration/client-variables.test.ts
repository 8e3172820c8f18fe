import { parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GraphData } from "../support/graph-data.js";
import { createInProcessGateway, type InProcessGateway } from "../support/in-process-gateway.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };
const NOBODY = { anonymous: true, scopes: new Set<string>() };

let gateway: InProcessGateway;
beforeAll(async () => {
  const sdls = {
    people: `type Query { me: User you: User } type User @key(fields: "id") { id: ID! }`,
    notes: `type User @key(fields: "id") { id: ID! note(of: [Int], r: Int): String more(r: Int): String }`,
  };
  const subgraphs = new Map(Object.entries(sdls).map(([name, sdl]) => [name, AUTH_HEADER + sdl]));
  const data = new GraphData({ rotation: 0, gaps: false, interfaceObjects: new Map() });
  gateway = await createInProcessGateway(subgraphs, data, {});
});
afterAll(() => gateway.close());

const NAMES = ["representations", "__batch_reps_0", "__batch_reps_1", "_representations", "cardea_0_x"];

describe("a client's variable that is spelt like one of the planner's", () => {
  it.each(NAMES)("leaves the looked up entities alone: $%s", async (name) => {
    const text = `query ($${name}: [Int]) { me { id note(of: $${name}) } you { more(r: 1) x: note(of: $${name}) } }`;
    const variables = { [name]: [7] };
    const honest = {
      text: text.replaceAll(name, "plain"),
      operationName: undefined,
      variables: { plain: [7] },
    };
    const served = await gateway.ask({ text, operationName: undefined, variables }, NOBODY, MOMENT);
    const due = await gateway.ask(honest, NOBODY, MOMENT);
    expect(served.answer).toEqual(due.answer);
    expect(served.answer.errors ?? []).toEqual([]);
    const lookups = served.requests.filter(({ subgraph }) => subgraph.toLowerCase() === "notes");
    expect(lookups.length).toBeGreaterThan(0);
    for (const { subgraph, query, variables: sent } of lookups) {
      const schema = gateway.schemas.get(subgraph) ?? gateway.schemas.get(subgraph.toLowerCase());
      expect(schema && validate(schema, parse(query))).toEqual([]);
      expect(Object.values(sent)).toContainEqual([7]);
      expect(JSON.stringify(sent)).toContain('"__typename":"User"');
    }
  });
});
