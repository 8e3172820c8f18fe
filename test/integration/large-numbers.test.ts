import { afterEach, describe, expect, it } from "vitest";
import { startFederatedGateway } from "../support/federated-gateway.js";
import { type Answering, startSubgraphServer } from "../support/subgraph-server.js";

// One above 2^53: read as a double it becomes …992, which may be somebody else.
const LARGE = "9007199254740993";
const NEIGHBOUR = "9007199254740992";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** @param text - what the accounts subgraph answers, as it stands on the wire */
const start = async (text: string) => {
  const answerAccounts: Answering = (_call, response) => {
    response.setHeader("content-type", "application/json").end(text);
    return undefined;
  };
  const accounts = await startSubgraphServer(answerAccounts);
  const names = await startSubgraphServer(({ variables }) => ({
    data: {
      _entities: (variables["representations"] as { id: string }[]).map(({ id }) => ({
        name: `name of ${id}`,
      })),
    },
  }));
  stops.push(accounts.stop, names.stop);
  const gateway = await startFederatedGateway({
    accounts: {
      sdl: `scalar Long type Query { user: User total: Long price: Float echo(value: Long): Long } type User @key(fields: "id") { id: ID! }`,
      url: accounts.url,
    },
    names: { sdl: `type User @key(fields: "id") { id: ID! name: String }`, url: names.url },
  });
  stops.push(gateway.stop);
  return { gateway, accounts, names };
};

const user = (id: string) => `{"data":{"user":{"__typename":"User","id":${id}}}}`;

describe("numbers too large for a double", () => {
  it("never turn an identifier into its neighbour", async () => {
    const { gateway } = await start(user(LARGE));
    const { data, errors } = await gateway.ask("{ user { id } }");
    expect(data).toEqual({ user: null });
    expect(errors).toMatchObject([{ path: ["user", "id"], extensions: { code: "SUBGRAPH_ERROR" } }]);
  });

  it("never look an entity up by its neighbour's key", async () => {
    const { gateway, names } = await start(user(LARGE));
    const { data } = await gateway.ask("{ user { name } }");
    expect(JSON.stringify(data)).not.toContain(NEIGHBOUR);
    expect(data).toEqual({ user: { name: null } });
    expect(names.calls).toEqual([]);
  });

  it("arrive digit for digit as strings, in keys too", async () => {
    const { gateway } = await start(user(`"${LARGE}"`));
    const { data, errors } = await gateway.ask("{ user { id name } }");
    expect(errors).toEqual([]);
    expect(data).toEqual({ user: { id: LARGE, name: `name of ${LARGE}` } });
  });

  it("are exact up to 2^53 - 1 as numbers", async () => {
    const { gateway } = await start(user("9007199254740991"));
    const { data } = await gateway.ask("{ user { id name } }");
    expect(data).toEqual({ user: { id: 9007199254740991, name: "name of 9007199254740991" } });
  });

  it("are rounded in scalars of the graph's own and in floats, as docs/spec/engine.md says", async () => {
    const { gateway } = await start(`{"data":{"total":${LARGE},"price":0.1000000000000000055}}`);
    const { data, errors } = await gateway.ask("{ total price }");
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toBe(`{"total":${NEIGHBOUR},"price":0.1}`);
  });

  it("are refused as literals beyond 64 bits of a scalar of the graph's own: nothing is sent", async () => {
    const { gateway, accounts } = await start(user("1"));
    const { errors } = await gateway.ask("{ echo(value: 18446744073709551616) }");
    expect(errors).toMatchObject([{ extensions: { code: "OPERATION_UNPLANNABLE" } }]);
    expect(accounts.calls).toEqual([]);
  });
});
