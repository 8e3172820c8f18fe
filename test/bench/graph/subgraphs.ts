import { itemAt, itemBySku, MAX_ITEMS, PRODUCTS, REVIEWS, USERS } from "./data.js";

/** A subgraph of the benchmark: SDL with its guards, and the functions that answer. */
export interface BenchSubgraph {
  readonly name: string;
  /** Guarded SDL; `plainSdl` takes the guards out for peers that know none. */
  readonly sdl: string;
  readonly resolvers: BenchResolvers;
}

type Row = Readonly<Record<string, unknown>>;
export type BenchResolver = (source: Row, args: Row) => unknown;
export type BenchResolvers = Readonly<Record<string, Readonly<Record<string, BenchResolver>>>>;

/** What the bench's tokens hold: every guard below is satisfied by them. */
export const HELD_SCOPES = ["prices:read", "reviews:read", "reviews:write", "stock:read"] as const;

const LINKS = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@external", "@requires", "@provides", "@shareable", "@composeDirective"]
    )
    @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
    @composeDirective(name: "@auth")

  directive @auth(
    fresh: Boolean! = false
    maxAge: Int
    scopes: [String!]! = []
    anyOf: [[String!]!]
  ) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

const user = (id: unknown) => USERS.find((row) => row.id === id) ?? null;
const product = (upc: unknown) => PRODUCTS.find((row) => row.upc === upc) ?? null;
const review = (row: (typeof REVIEWS)[number]) => ({
  __typename: "Review",
  id: row.id,
  body: row.body,
  product: { __typename: "Product", upc: row.upc },
  author: { __typename: "User", id: "1", username: USERS[0]?.username },
});

const accounts: BenchSubgraph = {
  name: "accounts",
  sdl: /* GraphQL */ `
    ${LINKS}
    type Query {
      me: User
      user(id: ID!): User
      users: [User]
    }
    type User @key(fields: "id") @auth {
      id: ID!
      name: String
      username: String @shareable
      birthday: Int @auth(maxAge: 86400)
    }
  `,
  resolvers: {
    Query: {
      me: () => user("1"),
      user: (_source, { id }) => user(id),
      users: () => USERS,
    },
    User: { __resolveReference: ({ id }) => user(id) },
  },
};

const inventory: BenchSubgraph = {
  name: "inventory",
  sdl: /* GraphQL */ `
    ${LINKS}
    type Product @key(fields: "upc") {
      upc: String!
      weight: Int @external
      price: Int @external
      inStock: Boolean @auth(scopes: ["stock:read"])
      shippingEstimate: Int @requires(fields: "price weight") @auth(anyOf: [["shipping:read"], ["prices:read", "stock:read"]])
    }
    type Item @key(fields: "sku") {
      sku: String!
      stock: Int @auth(scopes: ["stock:read"])
    }
  `,
  resolvers: {
    Product: {
      __resolveReference: (representation) => ({
        ...representation,
        inStock: product(representation["upc"])?.inStock,
      }),
      shippingEstimate: ({ price, weight }) => (Number(price) > 1000 ? 0 : Math.floor(Number(weight) / 2)),
    },
    Item: { __resolveReference: ({ sku }) => itemBySku(String(sku)) },
  },
};

const products: BenchSubgraph = {
  name: "products",
  sdl: /* GraphQL */ `
    ${LINKS}
    type Query {
      topProducts(first: Int = 5): [Product]
      items(first: Int! = 1000): [Item!]!
    }
    type Product @key(fields: "upc") {
      upc: String!
      name: String
      price: Int @auth(scopes: ["prices:read"])
      weight: Int
    }
    type Item @key(fields: "sku") {
      sku: String!
      title: String!
      cents: Int @auth(scopes: ["prices:read"])
    }
  `,
  resolvers: {
    Query: {
      topProducts: (_source, { first }) => PRODUCTS.slice(0, Number(first)),
      items: (_source, { first }) =>
        Array.from({ length: Math.min(Number(first), MAX_ITEMS) }, (_, index) => itemAt(index)),
    },
    Product: { __resolveReference: ({ upc }) => product(upc) },
    Item: { __resolveReference: ({ sku }) => itemBySku(String(sku)) },
  },
};

const reviews: BenchSubgraph = {
  name: "reviews",
  sdl: /* GraphQL */ `
    ${LINKS}
    type Mutation {
      addReview(input: ReviewInput!): Review @auth(scopes: ["reviews:write"], maxAge: 86400)
    }
    input ReviewInput {
      upc: String!
      body: String! @auth(scopes: ["reviews:write"])
    }
    type Review @key(fields: "id") {
      id: ID!
      body: String @auth(scopes: ["reviews:read"])
      product: Product
      author: User @provides(fields: "username")
    }
    type User @key(fields: "id") {
      id: ID!
      username: String @external
      reviews: [Review]
    }
    type Product @key(fields: "upc") {
      upc: String!
      reviews: [Review]
    }
  `,
  resolvers: {
    Mutation: {
      addReview: (_source, args) => {
        const { upc, body } = args["input"] as { readonly upc: string; readonly body: string }; // coerced by graphql-js
        return review({ id: "12", upc, body });
      },
    },
    Review: {
      __resolveReference: ({ id }) =>
        REVIEWS.filter((row) => row.id === id)
          .map(review)
          .at(0) ?? null,
    },
    User: {
      __resolveReference: (representation) => representation,
      reviews: () => REVIEWS.slice(0, 2).map(review),
    },
    Product: {
      __resolveReference: (representation) => representation,
      reviews: ({ upc }) => REVIEWS.filter((row) => row.upc === upc).map(review),
    },
  },
};

export const SUBGRAPHS: readonly BenchSubgraph[] = [accounts, inventory, products, reviews];
