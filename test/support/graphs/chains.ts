import type { Entity, FederatedGraph } from "../federated-graph.js";

/**
 * `@requires` of `@requires` through four subgraphs, through unions, interfaces and entities, with input objects and
 * enums; keys that are entities themselves, nulls in keys; `@override` of required, requiring and key fields.
 */

const part = (type: string, id: string, fields: object): Entity => ({ __typename: type, id, ...fields });
const parts: Entity[] = [
  part("Bolt", "p1", { grams: 5, thread: "M4" }),
  part("Nut", "p2", { width: 7, thread: null }),
  part("Gear", "p3", { teeth: 12 }),
  part("Bolt", "p4", { grams: null, thread: "M6" }),
];
const makers: Entity[] = [
  { __typename: "Maker", id: "m1", name: "Acme", address: { __typename: "Address", zip: "89", land: "DE" } },
  { __typename: "Maker", id: "m2", name: null, address: null },
];
const items: Entity[] = [
  { __typename: "Item", id: "1", code: "i1", base: 10, kind: "HARD", weight: 3 },
  { __typename: "Item", id: "2", code: "i2", base: null, kind: "SOFT", weight: null },
  { __typename: "Item", id: "3", code: "i3", base: 30, kind: null, weight: 9 },
];
const depots: Entity[] = [
  { __typename: "Depot", id: "d1", town: "Ulm" },
  { __typename: "Depot", id: "d2", town: null },
];
const stocks: Entity[] = [];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(items[0], {
  part: parts[0],
  spares: [parts[1], parts[2]],
  maker: makers[0],
  boxed: [[parts[3]], [parts[1], null]],
});
link(items[1], { part: parts[1], spares: [], maker: makers[1], boxed: null });
link(items[2], { part: null, spares: [parts[3], null, parts[0]], maker: null, boxed: [[], null] });
const stock = (item: Entity | undefined, depot: Entity | null, count: number | null): void => {
  stocks.push({ __typename: "Stock", item, depot, count, shelf: `${count}` });
};
stock(items[0], depots[0] ?? null, 4);
stock(items[0], null, null);
stock(items[1], depots[1] ?? null, 0);
stock(items[2], null, 2);
link(items[0], { stocks: [stocks[0], stocks[1]] });
link(items[1], { stocks: [stocks[2], null] });
link(items[2], { stocks: [stocks[3]] });
link(depots[0], { stocks: [stocks[0]], main: items[0] });
link(depots[1], { stocks: [stocks[2]], main: null });

type Args = Readonly<Record<string, unknown>>;
const isSent = (source: Entity): boolean => source["__sent"] === true;
const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const one = value as Entity | null | undefined;
  if (one === null || one === undefined) return "-";
  if (one.__typename === "Bolt") return `bolt ${String(one["grams"])}`;
  if (one.__typename === "Nut") return `nut ${String(one["width"])}`;
  return "gear";
};
const priceOf = (source: Entity, args: Args): unknown => {
  const terms = args["terms"] as { tax?: boolean; in?: string; times?: number[] } | null | undefined;
  const base = source["base"];
  if (typeof base !== "number") return base;
  const times = (terms?.times ?? [1]).reduce((product, one) => product * one, 1);
  return (terms?.tax === true ? base + 1 : base) * (terms?.in === "USD" ? 2 : 1) * times;
};
const DOLLARS = { terms: { tax: true, in: "USD", times: [2, 3] } };
const one = {
  cost: (source: Entity) => {
    const price = isSent(source) ? source["price"] : priceOf(source, DOLLARS);
    return typeof price === "number" ? price + 100 : null;
  },
  rate: (source: Entity): number | null => {
    const cost = isSent(source) ? source["cost"] : one.cost(source);
    return typeof cost === "number" && typeof source["weight"] === "number" ? cost * source["weight"] : null;
  },
  verdict: (source: Entity): string => {
    const rate = isSent(source) ? source["rate"] : one.rate(source);
    const cost = isSent(source) ? source["cost"] : one.cost(source);
    return `${String(rate)} of ${String(cost)}, ${String(source["kind"])}`;
  },
  origin: (source: Entity): string | null => {
    const maker = source["maker"] as Entity | null | undefined;
    const address = maker?.["address"] as Entity | null | undefined;
    return maker === null || maker === undefined
      ? null
      : `${String(maker["name"])} ${String(address?.["zip"])}`;
  },
};

export const chains: FederatedGraph = {
  name: "chains",
  subgraphs: {
    items: `
      type Query { items: [Item!] item(id: ID!): Item parts: [Part] grid: [[Item]] }
      enum Kind { HARD SOFT }
      enum Money { EUR USD }
      input Terms { tax: Boolean in: Money = EUR times: [Int!] }
      union Part = Bolt | Nut | Gear
      interface Threaded { id: ID! thread: String }
      type Bolt implements Threaded @key(fields: "id") { id: ID! grams: Int thread: String }
      type Nut implements Threaded @key(fields: "id") { id: ID! width: Int thread: String }
      type Gear @key(fields: "id") { id: ID! teeth: Int }
      type Item @key(fields: "id") @key(fields: "code") {
        id: ID! code: String! @shareable base: Int kind: Kind price(terms: Terms): Int weight: Int @override(from: "costs")
        part: Part spares: [Part] boxed: [[Part]] maker: Maker
      }
      type Maker @key(fields: "id", resolvable: false) { id: ID! }
    `,
    makers: `
      type Query { makers: [Maker] }
      type Maker @key(fields: "id") { id: ID! name: String address: Address }
      type Address @shareable { zip: String land: String }
    `,
    costs: `
      enum Money { EUR USD }
      input Terms { tax: Boolean in: Money = EUR times: [Int!] }
      type Item @key(fields: "id") {
        id: ID! price(terms: Terms): Int @external weight: Int
        cost: Int @requires(fields: "price(terms: { tax: true, in: USD, times: [2, 3] })")
        verdict: String
      }
    `,
    rates: `
      type Query { rated: [Item] }
      type Item @key(fields: "id") {
        id: ID! cost: Int @external weight: Int @external
        rate: Int @requires(fields: "cost weight")
      }
    `,
    verdicts: `
      type Query { judged: [Item!] }
      enum Kind { HARD SOFT }
      type Address @shareable { zip: String land: String }
      type Maker @key(fields: "id") { id: ID! name: String @external address: Address @external }
      type Item @key(fields: "id") {
        id: ID! rate: Int @external cost: Int @external kind: Kind @external maker: Maker @external
        verdict: String @override(from: "costs") @requires(fields: "rate cost kind")
        origin: String @requires(fields: "maker { name address { zip } }")
      }
    `,
    parts: `
      union Part = Bolt | Nut | Gear
      interface Threaded { id: ID! size(round: Boolean): Int }
      type Bolt implements Threaded @key(fields: "id") { id: ID! grams: Int @external size(round: Boolean): Int @requires(fields: "grams") }
      type Nut implements Threaded @key(fields: "id") { id: ID! width: Int @external size(round: Boolean): Int @requires(fields: "width") }
      type Gear @key(fields: "id") { id: ID! }
      type Item @key(fields: "id") {
        id: ID! part: Part @external spares: [Part] @external boxed: [[Part]] @external
        label: String @requires(fields: "part { ... on Bolt { grams } ... on Nut { width } }")
        spareLabel: String @requires(fields: "spares { ... on Bolt { id grams } ... on Gear { id } ... on Nut { width } }")
        boxLabel: String @requires(fields: "boxed { ... on Bolt { grams } ... on Nut { width } }")
      }
    `,
    stocks: `
      type Query { stocks: [Stock] depots: [Depot!] coded: [Item] }
      type Stock @key(fields: "item { id } depot { id }") { item: Item! depot: Depot count: Int }
      type Item @key(fields: "id") @key(fields: "code", resolvable: false) { id: ID! code: String! @shareable stocks: [Stock] }
      type Depot @key(fields: "id") { id: ID! town: String stocks: [Stock!] main: Item }
    `,
    shelves: `
      type Query { shelved: [Stock] }
      type Stock @key(fields: "item { id } depot { id }") {
        item: Item! depot: Depot shelf: String count: Int @external full: Boolean @requires(fields: "count")
      }
      type Item @key(fields: "id") { id: ID! }
      type Depot @key(fields: "id") { id: ID! }
    `,
  },
  resolvers: {
    "Query.items": () => items,
    "Query.item": (_, args) => items.find((item) => item["id"] === args["id"]) ?? null,
    "Query.parts": () => [...parts, null],
    "Query.grid": () => [[items[0], null], [], [items[2], items[1]]],
    "Query.makers": () => makers,
    "Query.rated": () => [items[2], null, items[0]],
    "Query.judged": () => [items[1], items[0]],
    "Query.stocks": () => [stocks[0], stocks[1], null, stocks[3]],
    "Query.depots": () => depots,
    "Query.coded": () => [items[2], items[0]],
    "Query.shelved": () => [stocks[2], stocks[1]],
    "Item.price": priceOf,
    "Item.cost": one.cost,
    "Item.rate": one.rate,
    "Item.verdict": one.verdict,
    "Item.origin": one.origin,
    "Item.label": (source) => textOf(source["part"]),
    "Item.spareLabel": (source) => textOf(source["spares"]),
    "Item.boxLabel": (source) => textOf(source["boxed"]),
    "Bolt.size": (source, args) => rounded(source["grams"], args),
    "Nut.size": (source, args) => rounded(source["width"], args),
    "Stock.full": (source) => (typeof source["count"] === "number" ? source["count"] > 3 : null),
  },
  lookup: (reference) => {
    if (reference.__typename === "Stock") {
      const idOf = (value: unknown): unknown => (value as Entity | null | undefined)?.["id"] ?? null;
      return stocks.find(
        (one) =>
          idOf(one["item"]) === idOf(reference["item"]) && idOf(one["depot"]) === idOf(reference["depot"]),
      );
    }
    if (reference.__typename === "Item")
      return items.find((one) => one["id"] === reference["id"] || one["code"] === reference["code"]);
    return [...parts, ...makers, ...depots].find((one) => one["id"] === reference["id"]);
  },
  values: { ID: ["1", "2", "3", "nobody"] },
};

const rounded = (value: unknown, args: Args): unknown =>
  typeof value === "number" && args["round"] === true ? value - (value % 5) : value;
