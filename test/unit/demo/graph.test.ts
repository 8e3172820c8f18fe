import { composeServices } from "@theguild/federation-composition";
import { execute, type GraphQLSchema, parse, printSchema, validateSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createDemoData } from "../../../src/demo/data.js";
import { executableSubgraph } from "../../../src/demo/executable.js";
import { DEMO_SCOPES, DEMO_SUBGRAPHS, monolithSchema } from "../../../src/demo/graph.js";

const run = (schema: GraphQLSchema, query: string, viewerId?: string, data = createDemoData()) =>
  execute({ schema, document: parse(query), contextValue: { data, viewerId } });

const subgraph = (name: string): GraphQLSchema => {
  const found = DEMO_SUBGRAPHS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no subgraph ${name}`);
  return executableSubgraph(found);
};

describe("the demo graph", () => {
  it("composes, with every guard in the supergraph", () => {
    const result = composeServices(
      DEMO_SUBGRAPHS.map(({ name, typeDefs }) => ({
        name,
        url: `http://127.0.0.1/${name}`,
        typeDefs: parse(typeDefs),
      })),
    );
    expect(result.errors ?? []).toEqual([]);
    expect(result.supergraphSdl).toContain('@auth(scopes: ["products:preview"])');
    expect(result.supergraphSdl).toContain("@auth(fresh: true)");
    expect(result.supergraphSdl).toContain("@auth(maxAge: 10)");
  });

  it("names every scope of its directives in Alice's list", () => {
    const written = DEMO_SUBGRAPHS.flatMap(({ typeDefs }) =>
      [...typeDefs.matchAll(/@auth\(([^)]*)\)/g)].flatMap((application) =>
        [...(application[1] ?? "").matchAll(/"([^"]+)"/g)].map((scope) => scope[1]),
      ),
    );
    expect(written.length).toBeGreaterThan(5);
    expect(written.filter((scope) => !DEMO_SCOPES.includes(scope ?? ""))).toEqual([]);
  });

  it("makes a valid monolith without federation's own fields", async () => {
    const schema = monolithSchema();
    expect(validateSchema(schema)).toEqual([]);
    expect(printSchema(schema)).not.toMatch(/_entities|_service|@key/);
    const result = await run(
      schema,
      "{ reviews { stars author { name } product { __typename name averageStars ... on Book { bargain } } } }",
    );
    expect(result.errors).toBeUndefined();
    expect(result.data?.["reviews"]).toContainEqual({
      stars: 3,
      author: null,
      product: {
        __typename: "Book",
        name: "Doors and How to Fix Them",
        averageStars: 3,
        bargain: true,
      },
    });
  });

  it("resolves references, and a wrong or unknown one to null", async () => {
    const result = await run(
      subgraph("products"),
      `{ _entities(representations: [
        { __typename: "Book", id: "b1" }, { __typename: "Film", id: "b1" }, { __typename: "Book", id: "zz" }
      ]) { ... on Book { name } } }`,
    );
    expect(result).toEqual({
      data: { _entities: [{ name: "Hinges of the Ancient World" }, null, null] },
    });
  });

  it("hands a wallet to its owner only, whatever the gateway allowed", async () => {
    const query = '{ user(id: "u1") { wallet { balance } } }';
    expect((await run(subgraph("accounts"), query, "u2")).data).toEqual({ user: { wallet: null } });
    expect((await run(subgraph("accounts"), query)).data).toEqual({ user: { wallet: null } });
    expect((await run(subgraph("accounts"), query, "u1")).data).toEqual({
      user: { wallet: { balance: 12_050 } },
    });
  });

  it("starts every process with its own copy of the data", async () => {
    const data = createDemoData();
    await run(subgraph("reviews"), 'mutation { likeReview(id: "r1") { likes } }', "u1", data);
    expect(data.reviews.get("r1")?.likes).toBe(4);
    expect(createDemoData().reviews.get("r1")?.likes).toBe(3);
  });
});
