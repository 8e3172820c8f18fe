import type { Entity, FederatedGraph } from "../federated-graph.js";

/** Entities across three subgraphs, an interface, a union, lists of lists, `@requires`, failing fields. */

const user = (id: string, fields: object): Entity => ({ __typename: "User", id, ...fields });
const product = (upc: string, fields: object): Entity => ({
  __typename: "Product",
  upc,
  id: `p${upc}`,
  ...fields,
});

const users: Entity[] = [
  user("1", { name: "Ada", email: "ada@x", mood: "HAPPY" }),
  user("2", { name: null, email: new Error("mail is down"), mood: "SAD" }),
  user("3", { name: "Cyn", email: null, mood: null }),
];
const products: Entity[] = [
  product("1", {
    name: "Table",
    price: 10,
    weight: 3,
    dims: [[1, 2], [3]],
    tags: { a: [1], constructor: "x" },
  }),
  product("2", { name: "Couch", price: null, weight: 9, dims: [], tags: null }),
  product("3", { name: new Error("no name"), price: 30, weight: 1, dims: [[]], tags: 3 }),
];
const orgs: Entity[] = [
  { __typename: "Org", id: "1", region: { __typename: "Region", code: "eu" }, title: "One" },
  { __typename: "Org", id: "1", region: { __typename: "Region", code: "us" }, title: "Two" },
];
const reviews: Entity[] = [
  { __typename: "Review", id: "1", body: "good", stars: 5 },
  { __typename: "Review", id: "2", body: null, stars: 1 },
  { __typename: "Review", id: "3", body: new Error("no body"), stars: 3 },
  { __typename: "Review", id: "4", body: "bad", stars: new Error("no stars") },
];
const details: Entity[] = [
  { __typename: "Wood", id: "1", tag: "w", species: "oak", score: 4, extra: "grain" },
  { __typename: "Cloth", id: "2", tag: null, thread: 300, score: "high", extra: null },
];

const set = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
set(users[0], { org: orgs[0], reviews: [reviews[0], reviews[1]], best: products[0] });
set(users[1], { org: orgs[1], reviews: [reviews[2], null, reviews[3]], best: null });
set(users[2], { org: orgs[0], reviews: [], best: products[2] });
set(products[0], { creator: users[0], detail: details[0], reviews: [reviews[0], reviews[2]] });
set(products[1], { creator: null, detail: details[1], reviews: null });
set(products[2], { creator: users[1], detail: null, reviews: [reviews[1], reviews[3]] });
set(orgs[0], { products: [products[0], products[1]] });
set(orgs[1], { products: [products[2]] });
set(reviews[0], { author: users[0], product: products[0] });
set(reviews[1], { author: users[1], product: products[1] });
set(reviews[2], { author: null, product: products[2] });
set(reviews[3], { author: users[2], product: products[0] });

const byKey = new Map<string, (reference: Entity) => Entity | undefined>([
  ["User", (reference) => users.find((item) => item["id"] === reference["id"])],
  ["Product", (reference) => products.find((item) => item["upc"] === reference["upc"])],
  ["Review", (reference) => reviews.find((item) => item["id"] === reference["id"])],
  ["Wood", (reference) => details.find((item) => item["id"] === reference["id"])],
  ["Cloth", (reference) => details.find((item) => item["id"] === reference["id"])],
  [
    "Org",
    (reference) =>
      orgs.find(
        (item) =>
          item["id"] === reference["id"] &&
          (item["region"] as Entity)["code"] === (reference["region"] as Entity | undefined)?.["code"],
      ),
  ],
]);

export const shop: FederatedGraph = {
  name: "shop",
  subgraphs: {
    accounts: `
      type Query { me: User users: [User!]! node(id: ID!): Node search(kind: Kind = USER): [Thing] matrix: [[Product]] }
      enum Kind { USER PRODUCT }
      enum Mood { HAPPY SAD }
      union Thing = User | Product
      interface Node { id: ID! name: String }
      type User implements Node @key(fields: "id") { id: ID! name: String email: String mood: Mood org: Org! best: Product }
      type Org @key(fields: "id region { code }") { id: ID! region: Region! title: String }
      type Region @shareable { code: String! }
      type Product implements Node @key(fields: "upc") { upc: ID! id: ID! @shareable name: String @shareable }
    `,
    products: `
      scalar Any
      type Query { topProducts(first: Int = 2): [Product] product(upc: ID!): Product detail(id: ID!): Detail }
      interface Detail { id: ID! tag: String }
      input Box { min: Int max: Int = 100 }
      type Product @key(fields: "upc") {
        upc: ID! id: ID! @shareable name: String @shareable price(in: Currency = EUR): Int weight: Int dims: [[Int!]!]
        tags: Any creator: User detail: Detail fits(box: Box): Boolean
      }
      enum Currency { EUR USD }
      type Wood implements Detail @key(fields: "id") { id: ID! tag: String species: String score: Int! }
      type Cloth implements Detail @key(fields: "id") { id: ID! tag: String thread: Int score: String }
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type Org @key(fields: "id region { code }") { id: ID! region: Region! products: [Product!] }
      type Region @shareable { code: String! }
    `,
    reviews: `
      type Query { reviews(ids: [ID!]): [Review!] latest: Review! }
      type Product @key(fields: "upc") {
        upc: ID! price(in: Currency): Int @external weight: Int @external
        reviews(first: Int): [Review!] shipping(zip: String): Int @requires(fields: "price(in: USD) weight")
      }
      enum Currency { EUR USD }
      type Review @key(fields: "id") { id: ID! body: String stars: Int! author: User product: Product }
      type User @key(fields: "id") { id: ID! reviews: [Review] }
      type Wood @key(fields: "id") { id: ID! extra: String }
      type Cloth @key(fields: "id") { id: ID! extra: String }
    `,
  },
  resolvers: {
    "Query.me": () => users[0],
    "Query.users": () => users,
    "Query.node": (_, args) => [...users, ...products].find((item) => item["id"] === args["id"]) ?? null,
    "Query.search": (_, args) =>
      args["kind"] === "USER" ? [users[0], null, products[1]] : [...products, ...users],
    "Query.matrix": () => [[products[0], null], [], null, [products[2]]],
    "Query.topProducts": (_, args) => products.slice(0, Number(args["first"] ?? 0)),
    "Query.product": (_, args) => products.find((item) => item["upc"] === args["upc"]) ?? null,
    "Query.detail": (_, args) => details.find((item) => item["id"] === args["id"]) ?? null,
    "Query.reviews": (_, args) =>
      args["ids"] === undefined || args["ids"] === null
        ? null
        : reviews.filter((item) => (args["ids"] as string[]).includes(String(item["id"]))),
    "Query.latest": () => reviews[2],
    "Product.price": (source, args) =>
      typeof source["price"] === "number" && args["in"] === "USD" ? source["price"] * 2 : source["price"],
    // In the monolith `price` is the plain one; over there it arrives as required, in dollars.
    "Product.shipping": (source, args) => {
      const dollars = source["__sent"] === true ? source["price"] : double(source["price"]);
      return typeof dollars === "number" && typeof source["weight"] === "number"
        ? dollars * source["weight"] + String(args["zip"] ?? "").length
        : null;
    },
    "Product.reviews": (source, args) => {
      const list = source["reviews"] as Entity[] | null;
      return list === null || typeof args["first"] !== "number" ? list : list.slice(0, args["first"]);
    },
    "Product.fits": (source, args) => {
      const box = args["box"] as { min?: number; max?: number } | null | undefined;
      if (box === null || box === undefined) return null;
      return Number(source["weight"]) >= (box.min ?? 0) && Number(source["weight"]) <= (box.max ?? -1);
    },
  },
  lookup: (reference) => {
    const find = byKey.get(reference.__typename);
    return find?.(reference);
  },
};

const double = (value: unknown): unknown => (typeof value === "number" ? value * 2 : value);
