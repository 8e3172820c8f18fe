import type { Entity, FederatedGraph } from "../federated-graph.js";

/** Compound, nested and several keys; chains of look-ups; references that do not resolve. */

const company = (id: string, code: string, fields: object): Entity => ({
  __typename: "Company",
  id,
  site: { __typename: "Site", code, zone: { __typename: "Zone", n: Number(id) } },
  ...fields,
});
const companies: Entity[] = [
  company("1", "a", { name: "One", vat: "V1", tax: 3 }),
  company("2", "b", { name: "Two", vat: "V2", tax: null }),
  company("3", "a", { name: null, vat: "V3", tax: new Error("no tax") }),
];
const parts: Entity[] = [
  { __typename: "Part", id: "1", sku: "s1", group: "g", label: "bolt", grams: 5, stock: 7 },
  { __typename: "Part", id: "2", sku: "s2", group: "g", label: "nut", grams: null, stock: 0 },
  { __typename: "Part", id: "3", sku: "s1", group: "h", label: null, grams: 9, stock: null },
];
const orders: Entity[] = [
  { __typename: "Order", id: "1", total: 10 },
  { __typename: "Order", id: "2", total: 20 },
];
const line = (part: Entity | undefined, count: number): Entity => ({ __typename: "Line", part, count });
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(orders[0], {
  buyer: companies[0],
  lines: [[line(parts[0], 1), line(parts[1], 2)], [], null],
  seller: companies[1],
});
link(orders[1], { buyer: companies[2], lines: [[line(parts[2], 3)]], seller: null });
link(companies[0], { parent: companies[1], parts: [parts[0], parts[2]], orders: [orders[0], orders[1]] });
link(companies[1], { parent: companies[2], parts: [], orders: null });
link(companies[2], { parent: null, parts: [parts[1]], orders: [orders[0]] });
link(parts[0], { maker: companies[0], substitutes: [parts[1], parts[2]] });
link(parts[1], { maker: companies[2], substitutes: [] });
link(parts[2], { maker: null, substitutes: [parts[0]] });

export const keys: FederatedGraph = {
  name: "keys",
  subgraphs: {
    registry: `
      type Query { companies: [Company!]! company(id: ID!): Company }
      type Company @key(fields: "id") @key(fields: "vat") { id: ID! vat: String! name: String parent: Company }
    `,
    sites: `
      type Query { siteOf(id: ID!): Company }
      type Company @key(fields: "id") @key(fields: "id site { code zone { n } }") { id: ID! site: Site! }
      type Site @shareable { code: String! zone: Zone }
      type Zone @shareable { n: Int }
    `,
    fiscal: `
      type Query { taxed: [Company] }
      type Company @key(fields: "id site { code zone { n } }") { id: ID! site: Site! tax: Int parts: [Part!] }
      type Site @shareable { code: String! zone: Zone }
      type Zone @shareable { n: Int }
      type Part @key(fields: "sku group") { sku: ID! group: String! }
    `,
    parts: `
      type Query { parts(group: String = "g"): [Part!] part(id: ID!): Part }
      type Part @key(fields: "id") @key(fields: "sku group") {
        id: ID! sku: ID! group: String! label: String grams: Int maker: Company substitutes: [Part]
      }
      type Company @key(fields: "vat", resolvable: false) { vat: String! }
    `,
    stock: `
      type Query { low: [Part] }
      type Part @key(fields: "id") { id: ID! stock: Int }
    `,
    orders: `
      type Query { orders: [Order!] }
      type Order @key(fields: "id") { id: ID! total: Int buyer: Company seller: Company lines: [[Line!]] }
      type Line { part: Part count: Int! }
      type Part @key(fields: "sku group", resolvable: false) { sku: ID! group: String! }
      type Company @key(fields: "vat") { vat: String! orders: [Order!] }
    `,
  },
  resolvers: {
    "Query.companies": () => companies,
    "Query.company": (_, args) => companies.find((item) => item["id"] === args["id"]) ?? null,
    "Query.siteOf": (_, args) => companies.find((item) => item["id"] === args["id"]) ?? null,
    "Query.taxed": () => [companies[0], null, companies[2]],
    "Query.parts": (_, args) => parts.filter((item) => item["group"] === args["group"]),
    "Query.part": (_, args) => parts.find((item) => item["id"] === args["id"]) ?? null,
    "Query.low": () => [parts[1], parts[2]],
    "Query.orders": () => [orders[0]],
  },
  lookup: (reference) => {
    const list =
      reference.__typename === "Company" ? companies : reference.__typename === "Part" ? parts : orders;
    const site = reference["site"] as Entity | undefined;
    return list.find(
      (item) =>
        (reference["id"] === undefined || item["id"] === reference["id"]) &&
        (reference["vat"] === undefined || item["vat"] === reference["vat"]) &&
        (reference["sku"] === undefined || item["sku"] === reference["sku"]) &&
        (reference["group"] === undefined || item["group"] === reference["group"]) &&
        (site === undefined || (item["site"] as Entity)["code"] === site["code"]),
    );
  },
};
