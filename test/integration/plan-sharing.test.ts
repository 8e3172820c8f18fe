import { beforeAll, describe, expect, it } from "vitest";
import { GraphData } from "../support/graph-data.js";
import { createInProcessGateway, type InProcessGateway } from "../support/in-process-gateway.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };
const SOMEBODY = { anonymous: false, scopes: new Set(["pii"]), authTime: 1_899_999_990 };

let gateway: InProcessGateway;
beforeAll(async () => {
  const sdl = `type Query { wallet: Int orders: [String!] }
    type Mutation { deleteAll: Boolean @auth save(v: Int): Boolean @auth }`;
  const data = new GraphData({ rotation: 0, gaps: false, interfaceObjects: new Map() });
  gateway = await createInProcessGateway(new Map([["shop", AUTH_HEADER + sdl]]), data, {});
  return () => gateway.close();
});

const ask = async (text: string, variables: Readonly<Record<string, unknown>>, operationName?: string) => {
  const { answer, requests } = await gateway.ask({ text, operationName, variables }, SOMEBODY, MOMENT);
  expect(answer.errors ?? []).toEqual([]);
  return {
    keys: Object.keys(answer.data ?? {}),
    sent: requests.map(({ query }) => query.replace(/^(query|mutation) ?\w*/, "")),
  };
};

describe("two documents that are planned alike", () => {
  it("run what each one's own conditions say, in whatever order they name them", async () => {
    const body = "deleteAll @include(if: $wipe) save(v: 1) @include(if: $keep) } query Other { orders }";
    const head = "mutation Apply($wipe: Boolean!, $keep: Boolean!) {";
    const evil = `${head} t: __typename @include(if: $keep) ${body}`;
    const honest = `${head} ${body}`;
    expect((await ask(evil, { wipe: true, keep: false }, "Apply")).sent).toEqual(["{deleteAll}"]);
    expect((await ask(honest, { wipe: false, keep: true }, "Apply")).sent).toEqual(["{save(v: 1)}"]);
    expect((await ask(honest, { wipe: true, keep: false }, "Apply")).sent).toEqual(["{deleteAll}"]);
  });

  it("may hold their operations in another order", async () => {
    const page = "query Page($a: Boolean!, $b: Boolean!) { wallet @include(if: $a) orders @include(if: $b) }";
    const other =
      "query Other($a: Boolean!, $b: Boolean!) { orders @include(if: $b) wallet @include(if: $a) }";
    expect(await ask(`${other} ${page}`, { a: true, b: false }, "Page")).toMatchObject({ keys: ["wallet"] });
    expect(await ask(`${page} ${other}`, { a: false, b: true }, "Page")).toMatchObject({ keys: ["orders"] });
  });

  it("have the conditions of what the gateway answers itself in no plan, and answer by them", async () => {
    const text = "query ($own: Boolean!) { type: __typename @include(if: $own) wallet }";
    for (const own of [true, false, true]) {
      expect((await ask(text, { own })).keys).toEqual(own ? ["type", "wallet"] : ["wallet"]);
    }
  });
});
