import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { ConfigError } from "../../src/domain/errors.js";
import { startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph } from "../support/federated-graph.js";
import { GraphData } from "../support/graph-data.js";
import { createInProcessGateway, type InProcessGateway } from "../support/in-process-gateway.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };
const NOBODY = { anonymous: true, scopes: new Set<string>() };

/** The sections of the page, each with its subgraphs and the operation that shows the limit. */
const sections = readFileSync(new URL("../../docs/reference/known-limits.md", import.meta.url), "utf8")
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const subgraphs = new Map<string, string>();
    let operation = "";
    for (const [, block = ""] of section.matchAll(/```graphql\n([\s\S]*?)```/g)) {
      const name = /^# subgraph (\w+)/.exec(block)?.[1];
      if (name === undefined) operation = block;
      else subgraphs.set(name, AUTH_HEADER + block);
    }
    return { title: section.split("\n")[0] ?? "", subgraphs, operation };
  });

const served = async (
  title: string,
  ask: (gateway: InProcessGateway, operation: string) => Promise<void>,
): Promise<void> => {
  const section = sections.find((each) => each.title.includes(title));
  if (section === undefined) throw new Error(`the page does not speak of ${title}`);
  const data = new GraphData({ rotation: 1, gaps: false });
  const gateway = await createInProcessGateway(section.subgraphs, data, {});
  await ask(gateway, section.operation).finally(() => gateway.close());
};

const asked = (gateway: InProcessGateway, text: string) =>
  gateway.ask({ text, operationName: undefined, variables: {} }, NOBODY, MOMENT);

describe("docs/reference/known-limits.md", () => {
  it("names limits this test knows how to show", () => {
    expect(sections.map((each) => each.title)).toHaveLength(8);
  });

  it("closes the siblings of an implementation guarded by one of Apollo's directives, and of no other", () =>
    served("Apollo's directives", async (gateway, operation) => {
      const { answer, requests } = await asked(gateway, operation);
      expect(answer.errors?.[0]?.extensions?.["code"]).toBe("UNAUTHENTICATED");
      expect(requests.map((each) => each.query).join()).not.toContain("id");
    }));

  it("keeps the siblings of an implementation guarded by `@auth` open", async () => {
    const section = sections.find((each) => each.title.includes("Apollo's directives"));
    const sdls = new Map(
      [...(section?.subgraphs ?? [])].map(([name, sdl]) => [
        name,
        sdl.replace("Closed implements Node @authenticated", "Closed implements Node @auth"),
      ]),
    );
    const data = new GraphData({ rotation: 1, gaps: false });
    const gateway = await createInProcessGateway(sdls, data, {});
    const { answer } = await asked(gateway, section?.operation ?? "").finally(() => gateway.close());
    expect(answer.errors ?? []).toEqual([]);
    expect(answer.data).toMatchObject({ node: { id: expect.stringMatching(/^Open:/) } });
  });

  it("does not compose fields that interface objects share, unless one of them overrides", async () => {
    const section = sections.find((each) => each.title.includes("interface objects share"));
    const composedWith = (field: string) => () =>
      composeSubgraphs(
        [...(section?.subgraphs ?? [])].map(([name, sdl]) => ({
          name,
          url: `http://${name}.test/`,
          sdl: name === "reviews" ? sdl.replace("stars: Int @shareable", field) : sdl,
        })),
      );
    expect(composedWith("stars: Int @shareable")).toThrow(ConfigError);
    expect(composedWith("stars: Int @shareable")).toThrow("Work.stars");
    const { supergraphSdl } = composedWith('stars: Int @override(from: "ratings")')();
    expect(supergraphSdl).toContain('override: "ratings"');
  });

  it("finds no way to required fields across two keys, and one where the key is shared", async () => {
    await served("across two keys", async (gateway, operation) => {
      await expect(asked(gateway, operation)).rejects.toThrow("the planner found no plan");
      expect((await asked(gateway, "{ rated { cost } }")).answer.errors ?? []).toEqual([]);
    });
    const section = sections.find((each) => each.title.includes("across two keys"));
    const sdls = new Map(
      [...(section?.subgraphs ?? [])].map(([name, sdl]) => [
        name,
        name === "ratings"
          ? sdl.replace('@key(fields: "code") { code: String!', '@key(fields: "id") { id: ID!')
          : sdl,
      ]),
    );
    const gateway = await createInProcessGateway(sdls, new GraphData({ rotation: 1, gaps: false }), {});
    const { answer } = await asked(gateway, section?.operation ?? "").finally(() => gateway.close());
    expect(answer.errors ?? []).toEqual([]);
    expect(answer.data).toMatchObject({ rated: [{ rate: expect.any(Number) }, {}] });
  });

  it.each([
    ["through an entity interface", "{ owner { pet { nick } } }"],
    ["an interface object's own objects", "{ pub { shout friend { name } } }"],
  ])("finds no way to required fields %s, and says so with nothing sent", async (title, isServed) => {
    await served(title, async (gateway, operation) => {
      await expect(asked(gateway, operation)).rejects.toMatchObject({
        code: "OPERATION_UNPLANNABLE",
        message: "the planner found no plan",
      });
      expect((await asked(gateway, isServed)).answer.errors ?? []).toEqual([]);
    });
  });

  it("does not compose root fields below the root that another subgraph has", () => {
    const section = sections.find((each) => each.title.includes("below the root"));
    const sdls = [...(section?.subgraphs ?? [])].map(([name, sdl]) => ({
      name,
      url: `http://${name}.test/`,
      sdl,
    }));
    expect(sdls).toHaveLength(2);
    expect(() => composeSubgraphs(sdls)).toThrow("Query.name");
  });

  it("refuses a group of mutations that could be a payload, unless its name says what it is", async () => {
    await expect(served("could be payloads", () => Promise.resolve())).rejects.toMatchObject({
      problems: [{ kind: "SHARED_MUTATION", where: "Mutation.money" }],
    });
    const section = sections.find((each) => each.title.includes("could be payloads"));
    const sdls = new Map(
      [...(section?.subgraphs ?? [])].map(([name, sdl]) => [name, sdl.replaceAll("Money", "MoneyMutations")]),
    );
    const gateway = await createInProcessGateway(sdls, new GraphData({ rotation: 1, gaps: false }), {});
    const { answer } = await asked(gateway, section?.operation ?? "").finally(() => gateway.close());
    expect(answer.errors ?? []).toEqual([]);
    expect(answer.data).toMatchObject({ money: { pay: expect.any(Number), closeDay: expect.any(Boolean) } });
  });

  it("refuses directives for operations: an answer without them would be another", async () => {
    const section = sections.find((each) => each.title.includes("Directives for operations"));
    const graph = {
      name: "directives",
      subgraphs: {
        names: [...(section?.subgraphs ?? [])].map(([, sdl]) => sdl.replace(AUTH_HEADER, "")).join(""),
      },
      resolvers: {},
      lookup: () => undefined,
    };
    const gateway = await startApolloGateway(composeGraph(graph));
    const { errors, status } = await gateway.ask(section?.operation ?? "").finally(() => gateway.stop());
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      { message: "@upper is not supported.", extensions: { code: "OPERATION_RESOLUTION_FAILURE" } },
    ]);
  });
});
