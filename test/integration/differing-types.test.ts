import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSuite, startSuite } from "../audit/run-suite.js";
import { type AuditSuite, FEDERATION } from "../audit/suite.js";

const film = { __typename: "Film", title: "Solaris", minutes: 167 };
const book = { __typename: "Book", title: "Solaris", pages: 204 };

const BOOK = "type Book @shareable { title: String pages: Int }";
const WORK = `interface Work { title: String } type Film implements Work { title: String minutes: Int }
  type Book implements Work @shareable { title: String pages: Int }`;

/** `shop` has books where `library` has works of any kind; each is asked alone and both are asked together. */
const suite: AuditSuite = {
  name: "types-that-differ",
  about: "what only the wider of two types can hold is served",
  subgraphs: {
    shop: {
      sdl: `${FEDERATION} type Query { sold: Book read: Book @shareable shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! top: Book @shareable price: Int } ${BOOK}`,
      resolvers: {
        Query: { sold: () => book, read: () => book, shelf: () => ({ id: "books" }) },
        Shelf: {
          __resolveReference: (sent) => sent,
          top: ({ id }) => (id === "books" ? book : null),
          price: () => 9,
        },
      },
    },
    library: {
      sdl: `${FEDERATION} type Query { lent: Work read: Work @shareable rack: Shelf }
        type Shelf @key(fields: "id") { id: ID! top: Work @shareable loans: Int } ${WORK}`,
      resolvers: {
        Query: { lent: () => film, read: () => book, rack: () => ({ id: "films" }) },
        Shelf: {
          __resolveReference: (sent) => sent,
          top: ({ id }) => (id === "books" ? book : film),
          loans: () => 3,
        },
      },
    },
    pets: {
      sdl: `${FEDERATION} type Query { owner: Owner }
        type Owner @key(fields: "id") { id: ID! pet: Pet @external word: String @requires(fields: "pet { name ... on Furry { fur ... on Cat { lives } ... on Dog { tricks } } }") }
        interface Pet { name: String } interface Furry implements Pet { name: String fur: Int }
        type Cat implements Pet & Furry @shareable { name: String fur: Int lives: Int }
        type Dog implements Pet & Furry @shareable { name: String fur: Int tricks: Int }`,
      resolvers: {
        Query: { owner: () => ({ __typename: "Owner", id: "1" }) },
        Owner: {
          __resolveReference: (sent) => sent,
          word: ({ pet }) => JSON.stringify(pet, ["name", "fur", "lives", "tricks"]),
        },
      },
    },
    homes: {
      sdl: `${FEDERATION} type Owner @key(fields: "id") { id: ID! pet: Pet }
        interface Pet { name: String } interface Furry implements Pet { name: String fur: Int }
        type Cat implements Pet & Furry @shareable { name: String fur: Int lives: Int }
        type Dog implements Pet & Furry @shareable { name: String fur: Int tricks: Int }`,
      resolvers: {
        Owner: {
          __resolveReference: (sent) => sent,
          pet: () => ({ __typename: "Cat", name: "Tom", fur: 2, lives: 9 }),
        },
      },
    },
  },
  cases: [],
};

describe("a graph whose subgraphs type a field differently", () => {
  let running: RunningSuite;
  beforeAll(async () => {
    running = await startSuite(suite);
  });
  afterAll(() => running?.stop());
  const asked = async (query: string) => running.ask({ query, data: undefined });

  it("serves from the subgraph of the wider type what the narrower cannot hold", async () => {
    const { data, errors } = await asked(
      "{ rack { loans top { title ... on Film { minutes } ... on Book { pages } } } }",
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ rack: { loans: 3, top: { title: "Solaris", minutes: 167 } } });
  });

  it("serves what both have, on conditions only one of them knows", async () => {
    const { data, errors } = await asked(
      "{ shelf { price top { __typename title ... on Film { minutes } ... on Work { again: title } } } }",
    );
    expect(errors).toEqual([]);
    const top = { __typename: "Book", title: "Solaris", again: "Solaris" };
    expect(data).toEqual({ shelf: { price: 9, top } });
  });

  it("serves a root field of both", async () => {
    const { data, errors } = await asked("{ read { title ... on Book { pages } ... on Film { minutes } } }");
    expect(errors).toEqual([]);
    expect(data).toEqual({ read: { title: "Solaris", pages: 204 } });
  });

  it("requires what stands below an interface of an interface", async () => {
    const { data, errors } = await asked("{ owner { word } }");
    expect(errors).toEqual([]);
    expect(data).toEqual({ owner: { word: '{"name":"Tom","fur":2,"lives":9}' } });
  });
});
