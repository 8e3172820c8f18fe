import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

/** Long answers that say the same thing many times, over real sockets: they are read, walked and written once. */

const graph: FederatedGraph = {
  name: "repeated",
  subgraphs: {
    posts: `type Query { posts: [Post!] } type Post { id: ID! body: String mood: Mood author: Person } type Person @key(fields: "id") { id: ID! } enum Mood { GLAD SAD }`,
    people: `type Person @key(fields: "id") { id: ID! name: String friends: [Person] city: City } type City { code: String! }`,
  },
  resolvers: {},
  lookup: () => undefined,
};

const COUNT = 120;
const BODY = "the same text below every post, long enough to be worth a look ".repeat(2);
const QUERY = "query Feed { posts { id body mood author { name friends { name } city { code } } } }";

const person = (id: string) => ({ __typename: "Person", id });
const post = (index: number) => ({
  id: `${index % 4}`,
  body: BODY,
  mood: "GLAD",
  author: person(index < COUNT / 2 ? "1" : "2"),
});
const posts = (change: (index: number) => object = () => ({})): Answering => {
  const rows = Array.from({ length: COUNT }, (_, index) => ({ ...post(index), ...change(index) }));
  // Runs of equal posts, as a page of equal rows has them.
  rows.sort((a, b) => Number(a.author.id) - Number(b.author.id) || Number(a.id) - Number(b.id));
  return () => ({ data: { posts: rows } });
};
const people: Answering = ({ variables }) => ({
  data: {
    _entities: (Object.values(variables)[0] as { id: string }[]).map(({ id }) => ({
      __typename: "Person",
      name: `person ${id}`,
      friends: ["1", "2", "1"].map((friend) => ({ name: `person ${friend}` })),
      city: { code: `city ${id}` },
    })),
  },
});
const author = (id: string) => ({
  name: `person ${id}`,
  friends: ["1", "2", "1"].map((friend) => ({ name: `person ${friend}` })),
  city: { code: `city ${id}` },
});

let postsServer: SubgraphServer;
let peopleServer: SubgraphServer;
let gateway: ApolloGateway;

beforeAll(async () => {
  postsServer = await startSubgraphServer(posts());
  peopleServer = await startSubgraphServer(people);
  gateway = await startApolloGateway(
    composeGraph(graph, (name) => (name === "posts" ? postsServer.url : peopleServer.url)),
  );
});
beforeEach(async () => {
  postsServer.answering = posts();
  peopleServer.answering = people;
  // The first answers to an operation are parsed plainly.
  for (let asked = 0; asked < 3; asked += 1) await gateway.ask(QUERY);
});
afterAll(async () => {
  await gateway.stop();
  await postsServer.stop();
  await peopleServer.stop();
});

const places = (
  data: unknown,
): readonly (Record<string, unknown> & { author: Record<string, unknown> | null })[] =>
  (data as { posts: (Record<string, unknown> & { author: Record<string, unknown> | null })[] }).posts;

describe("an answer that repeats itself", () => {
  it("is answered in full, every time", async () => {
    for (let asked = 0; asked < 3; asked += 1) {
      const reply = await gateway.ask(QUERY);
      expect(reply.errors).toEqual([]);
      expect(places(reply.data)).toHaveLength(COUNT);
      for (const [index, place] of places(reply.data).entries()) {
        expect(place).toEqual({
          id: `${Math.floor(index / (COUNT / 8)) % 4}`,
          body: BODY,
          mood: "GLAD",
          author: author(index < COUNT / 2 ? "1" : "2"),
        });
      }
    }
  });

  it("asks for each person once", async () => {
    peopleServer.calls.length = 0;
    await gateway.ask(QUERY);
    expect(peopleServer.calls.map(({ variables }) => Object.values(variables)[0])).toEqual([
      [person("1"), person("2")],
    ]);
  });

  it("loses only the person who failed, at each of its places", async () => {
    peopleServer.answering = (call, response, request) => {
      const reply = people(call, response, request) as { data: { _entities: unknown[] } };
      reply.data._entities[1] = null;
      return { ...reply, errors: [{ message: "secret", path: ["_entities", 1] }] };
    };
    const reply = await gateway.ask(QUERY);
    const found = places(reply.data);
    expect(found.slice(0, COUNT / 2).every((place) => place.author?.["name"] === "person 1")).toBe(true);
    expect(found.slice(COUNT / 2).every((place) => place.author?.["name"] === null)).toBe(true);
    expect(reply.errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(reply.errors)).not.toContain("secret");
  });

  it("tells of each place where an error stands, and of no other", async () => {
    const answering = posts();
    postsServer.answering = (call, response, request) => ({
      ...(answering(call, response, request) as object),
      errors: [{ message: "no", path: ["posts", 7, "mood"] }],
    });
    const reply = await gateway.ask(QUERY);
    expect(reply.errors.map(({ path }) => path)).toEqual([["posts", 7, "mood"]]);
    expect(places(reply.data)).toHaveLength(COUNT);
  });

  it("shows no value the schema does not know, however often it stands there", async () => {
    postsServer.answering = posts((index) => ({ mood: index % 4 === 1 ? "FURIOUS" : "GLAD" }));
    const reply = await gateway.ask(QUERY);
    expect(JSON.stringify(reply.data)).not.toContain("FURIOUS");
    expect(places(reply.data).filter(({ mood }) => mood === null)).toHaveLength(COUNT / 4);
    expect(places(reply.data).filter(({ mood }) => mood === "GLAD")).toHaveLength((COUNT * 3) / 4);
    expect(reply.errors.length).toBeGreaterThan(0);
  });

  it("leaves the rest when the other subgraph is away", async () => {
    peopleServer.answering = (_call, response) => void response.destroy();
    const reply = await gateway.ask(QUERY);
    expect(places(reply.data)).toHaveLength(COUNT);
    expect(
      places(reply.data).every((place) => place["body"] === BODY && place.author?.["name"] === null),
    ).toBe(true);
    expect(reply.errors.length).toBeGreaterThan(0);
  });
});
