import { afterEach, describe, expect, it } from "vitest";
import { startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph, startSubgraphs } from "../support/federated-graph.js";
import { startSubgraphServer } from "../support/subgraph-server.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The graph served; what was sent is recorded as `name: query`. */
const serve = async (
  subgraphs: FederatedGraph["subgraphs"],
  {
    edit = (sdl: string) => sdl,
    ...parts
  }: Partial<FederatedGraph> & { edit?: (sdl: string) => string } = {},
) => {
  const graph: FederatedGraph = { name: "once", subgraphs, resolvers: {}, lookup: (one) => one, ...parts };
  const sent: string[] = [];
  const urls: Record<string, string> = {};
  for (const [name, running] of startSubgraphs(graph)) {
    const server = await startSubgraphServer(({ query, variables }) => {
      sent.push(`${name}: ${query}`);
      return running.execute(query, variables);
    });
    closing.push(() => server.stop());
    urls[name] = server.url;
  }
  const gateway = await startApolloGateway(edit(composeGraph(graph, (name) => urls[name] ?? "")));
  closing.push(() => gateway.stop());
  const called = (field: string): number =>
    sent.filter((each) => /: mutation\b/.test(each) && new RegExp(`\\b${field}\\b`).test(each)).length;
  return { ask: gateway.ask, sent, called };
};

const payment = (own: string) => `type Query { ping: Int @shareable }
  type Mutation { charge(cents: Int): Payment @shareable many: [Payment!] @shareable }
  type Payment @key(fields: "id") { id: ID! cents: Int @shareable ${own} }`;
const PAYMENT = { __typename: "Payment", id: "p", cents: 5, receipt: "r-p", points: 7 };
const shop = {
  subgraphs: { bank: payment("receipt: String"), shop: payment("points: Int") },
  resolvers: { "Mutation.charge": () => PAYMENT, "Mutation.many": () => [PAYMENT, { ...PAYMENT, id: "q" }] },
  lookup: () => PAYMENT,
};

describe("a mutation that several subgraphs share", () => {
  it.each([
    ["mutation { charge(cents: 5) { cents } }", { charge: { cents: 5 } }],
    ["mutation { charge(cents: 5) { receipt } }", { charge: { receipt: "r-p" } }],
    ["mutation { charge(cents: 5) { points } }", { charge: { points: 7 } }],
    [
      "mutation { charge(cents: 5) { points receipt cents } }",
      { charge: { points: 7, receipt: "r-p", cents: 5 } },
    ],
    [
      "mutation { charge(cents: 5) { ...A ...B } } fragment A on Payment { points } fragment B on Payment { receipt }",
      { charge: { points: 7, receipt: "r-p" } },
    ],
  ])("is executed once, and look-ups bring the rest: %s", async (query, data) => {
    const { ask, called } = await serve(shop.subgraphs, shop);
    const reply = await ask(query);
    expect(reply.errors).toEqual([]);
    expect(reply.data).toEqual(data);
    expect(called("charge")).toBe(1);
  });

  it("is executed once for a list, and once for each time it is asked", async () => {
    const { ask, called } = await serve(shop.subgraphs, shop);
    expect((await ask("mutation { many { receipt points } }")).errors).toEqual([]);
    expect(called("many")).toBe(1);
    expect((await ask("mutation { a: many { points } b: many { receipt points } }")).errors).toEqual([]);
    expect(called("many")).toBe(3);
  });

  it("begins in the subgraph from which everything can be reached", async () => {
    const { ask, sent } = await serve(
      {
        bank: `type Query { ping: Int } type Mutation { charge: Payment @shareable } type Payment { cents: Int @shareable }`,
        shop: `type Mutation { charge: Payment @shareable } type Payment { cents: Int @shareable points: Int }`,
      },
      { resolvers: shop.resolvers },
    );
    expect((await ask("mutation { charge { cents points } }")).data).toEqual({
      charge: { cents: 5, points: 7 },
    });
    expect(sent).toEqual([expect.stringMatching(/^shop: mutation/)]);
  });

  it.each([
    [
      "an answer without a key, one part here and one there",
      {
        bank: `type Query { ping: Int } type Mutation { charge: Payment @shareable } type Payment { cents: Int @shareable receipt: String }`,
        shop: `type Mutation { charge: Payment @shareable } type Payment { cents: Int @shareable points: Int }`,
      },
      "Mutation.charge",
    ],
    [
      "a payload that shares nothing, and groups nothing",
      {
        bank: `type Query { ping: Int } type Mutation { reset: Paid @shareable } type Paid { receipt: String }`,
        shop: `type Mutation { reset: Paid @shareable } type Paid { points: Int }`,
      },
      "Mutation.reset",
    ],
    [
      "what could be a payload or a namespace",
      {
        bank: `type Query { ping: Int } type Mutation { checkout: Checkout @shareable } type Checkout { receipt(format: String): String }`,
        shop: `type Mutation { checkout: Checkout @shareable } type Checkout { total: Int }`,
      },
      "Mutation.checkout",
    ],
    [
      "what could be a payload or a namespace, in a namespace",
      {
        bank: `type Query { ping: Int } type Mutation { money: Money @shareable } type Money { pay(cents: Int): Int log: Log @shareable } type Log { clear(all: Boolean): Int }`,
        shop: `type Mutation { money: Money @shareable } type Money { log: Log @shareable } type Log { size: By } type By { id: ID }`,
      },
      "Money.log",
    ],
    [
      "a part further down",
      {
        bank: `type Query { ping: Int } type Mutation { charge(cents: Int): [Payment] @shareable } type Payment { by: By @shareable } type By { receipt: String }`,
        shop: `type Mutation { charge(cents: Int): [Payment] @shareable } type Payment { by: By @shareable } type By { points: Int }`,
      },
      "Mutation.charge",
    ],
    [
      "a mutation of a namespace",
      {
        bank: `type Query { ping: Int } type Mutation { money: Money @shareable } type Money { charge(cents: Int): Payment @shareable } type Payment { receipt: String }`,
        shop: `type Mutation { money: Money @shareable } type Money { charge(cents: Int): Payment @shareable } type Payment { points: Int }`,
      },
      "Money.charge",
    ],
  ])(
    "is refused with the graph where no subgraph reaches the whole answer: %s",
    async (_what, subgraphs, where) => {
      await expect(serve(subgraphs)).rejects.toMatchObject({
        problems: [
          { kind: "SHARED_MUTATION", where, found: expect.stringContaining("out of reach from bank") },
        ],
      });
    },
  );
});

describe("a shared mutation with arguments in its payload", () => {
  const bank = `type Query { ping: Int } type Mutation { checkout: Checkout @shareable } type Checkout { receipt(format: String): String total: Int PLUS }`;
  const resolvers = {
    "Mutation.checkout": () => ({ __typename: "Checkout" }),
    "Checkout.receipt": () => "r",
    "Checkout.total": () => 5,
  };

  it("runs once where one subgraph reaches its whole answer", async () => {
    const shop = `type Mutation { checkout: Checkout @shareable } type Checkout { receipt(format: String): String @shareable }`;
    const shared = bank
      .replace("format: String): String", "format: String): String @shareable")
      .replace("PLUS", "");
    const { ask, sent } = await serve({ bank: shared, shop }, { resolvers });
    const reply = await ask("mutation { checkout { receipt total } }");
    expect(reply.data).toEqual({ checkout: { receipt: "r", total: 5 } });
    expect(sent).toEqual([expect.stringMatching(/^bank: mutation/)]);
  });

  it("is told how to be declared a namespace, and is one then", async () => {
    const shop = `type Mutation { checkout: Checkout @shareable } type Checkout { refund(cents: Int): Int }`;
    const sdls = { bank: bank.replace("PLUS", ""), shop };
    const fix = expect.stringContaining('ends in "Mutations"');
    await expect(serve(sdls)).rejects.toMatchObject({
      problems: [{ kind: "SHARED_MUTATION", where: "Mutation.checkout", fix }],
    });
    const named = Object.fromEntries(
      Object.entries(sdls).map(([name, sdl]) => [name, sdl.replaceAll("Checkout", "CheckoutMutations")]),
    );
    const { ask, called } = await serve(named, {
      resolvers: {
        "Mutation.checkout": () => ({ __typename: "CheckoutMutations" }),
        "CheckoutMutations.total": () => 5,
        "CheckoutMutations.refund": () => 2,
      },
    });
    const reply = await ask("mutation { checkout { total refund } }");
    expect(reply.data).toEqual({ checkout: { total: 5, refund: 2 } });
    expect([called("total"), called("refund")]).toEqual([1, 1]);
  });
});

describe("a namespace of mutations", () => {
  it("is asked of each subgraph for its own, and each mutation of it runs once", async () => {
    const { ask, called, sent } = await serve(
      {
        bank: `type Query { ping: Int } type Mutation { money: Money! @shareable } type Money { charge(cents: Int): Int log: Log @shareable note(text: String): Int @shareable }
          type Log { clear(all: Boolean): Int }`,
        shop: `type Mutation { money: Money! @shareable } type Money { refund(cents: Int): Int log: Log @shareable note(text: String): Int @shareable } type Log { start(all: Boolean): Int }`,
      },
      {
        resolvers: {
          "Mutation.money": () => ({ __typename: "Money" }),
          "Money.charge": () => 1,
          "Money.refund": () => 2,
          "Money.note": () => 3,
          "Money.log": () => ({ __typename: "Log" }),
          "Log.clear": () => 4,
          "Log.start": () => 5,
        },
      },
    );
    const reply = await ask(
      "mutation { money { charge(cents: 1) refund(cents: 1) note log { clear start } } }",
    );
    expect(reply.errors).toEqual([]);
    expect(reply.data).toEqual({ money: { charge: 1, refund: 2, note: 3, log: { clear: 4, start: 5 } } });
    for (const field of ["charge", "refund", "note", "clear", "start"])
      expect([field, called(field)]).toEqual([field, 1]);
    expect(sent.every((each) => each.includes("mutation"))).toBe(true);
  });
});

describe("what is planned in parts", () => {
  it("calls a mutation once, whatever concrete types stand across an interface object", async () => {
    const { ask, called } = await serve(
      {
        alpha: `type Query { ping: Int } type Mutation { touch: Node } type Node @interfaceObject @key(fields: "id") { id: ID! extra: Int }`,
        beta: `interface Node @key(fields: "id") { id: ID! title: String } type Book implements Node @key(fields: "id") { id: ID! title: String pages: Int }
          type Movie implements Node @key(fields: "id") { id: ID! title: String minutes: Int }`,
      },
      {
        resolvers: { "Mutation.touch": () => ({ __typename: "Node", id: "1", extra: 3 }) },
        lookup: ({ id }) => ({ __typename: "Book", id, title: "Emma", pages: 9, extra: 3 }),
      },
    );
    const reply = await ask(
      "mutation { touch { extra title ... on Book { pages } ... on Movie { minutes } } }",
    );
    expect(reply.errors).toEqual([]);
    expect(reply.data).toEqual({ touch: { extra: 3, title: "Emma", pages: 9 } });
    expect(called("touch")).toBe(1);
  });

  it("never is a mutation: one without a plan is refused, and nothing is sent", async () => {
    const { ask, sent } = await serve({
      ratings: `type Query { ping: Int } type Mutation { rate: Item } type Item @key(fields: "code") { code: String! cost: Int @external rate: Int @requires(fields: "cost") }`,
      prices: `type Item @key(fields: "id") @key(fields: "code") { id: ID! code: String! price: Int }`,
      costs: `type Item @key(fields: "id") { id: ID! price: Int @external cost: Int @requires(fields: "price") }`,
    });
    const reply = await ask("mutation { rate { code rate cost } }");
    expect(reply.errors.map(({ extensions, message }) => [message, extensions?.["code"]])).toEqual([
      ["the planner found no plan", expect.anything()],
    ]);
    expect(sent).toEqual([]);
  });
});

describe("a root type below the root", () => {
  const subgraphs = {
    orders: `type Query { order: Order viewer: String } type Order { id: ID! } type Mutation { cancel: Cancelled } type Cancelled { ok: Boolean query: Below } type Below { order: Order }`,
    people: `type Query { name: String }`,
  };
  // Our own composer refuses it; another's may not.
  const edit = (sdl: string) => sdl.replace("query: Below", "query: Query");
  const resolvers = {
    "Mutation.cancel": () => ({ __typename: "Cancelled", ok: true, query: {} }),
    // The subgraphs were not edited.
    "Below.order": () => ({ __typename: "Order", id: "1" }),
  };

  it("is served where the subgraph there has what is asked", async () => {
    const { ask } = await serve(subgraphs, { resolvers, edit });
    const reply = await ask("mutation { cancel { ok query { order { id } } } }");
    expect(reply.data).toEqual({ cancel: { ok: true, query: { order: { id: "1" } } } });
  });

  it.each([
    "mutation { cancel { ...C } } fragment C on Cancelled { ok query { order { id } } }",
    "mutation { cancel { ok query { ...Q } } } fragment Q on Query { order { ...O } } fragment O on Order { id }",
  ])("is served in fragments as well: %s", async (asked) => {
    const { ask } = await serve(subgraphs, { resolvers, edit });
    expect((await ask(asked)).data).toEqual({ cancel: { ok: true, query: { order: { id: "1" } } } });
  });

  it.each([
    "mutation { cancel { ok query { name } } }",
    "mutation { cancel { ok query { ...Q } } } fragment Q on Query { name }",
    "mutation { cancel { ok query { order { id } ...Q } } } fragment Q on Query { name }",
    "mutation { ...M } fragment M on Mutation { cancel { ...C } } fragment C on Cancelled { query { name } }",
  ])(
    "is refused where another subgraph has it: not null in silence, and no mutation runs: %s",
    async (asked) => {
      const { ask, sent } = await serve(subgraphs, { resolvers, edit });
      const reply = await ask(asked);
      expect(reply.data).toBeNull();
      expect(reply.errors).toHaveLength(1);
      expect(sent).toEqual([]);
    },
  );
});
