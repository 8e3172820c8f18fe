import type { DemoData, ProductRow } from "../data.js";
import { AUTH_LINKS, type DemoResolver, type DemoSubgraph, idOf, reference } from "../subgraph.js";

const typeDefs = /* GraphQL */ `
  ${AUTH_LINKS}

  type Query {
    "Items are nullable: what the caller may not see is null, and the rest of the list stays."
    products: [Product]
    topProducts(first: Int! = 3): [Product]
    product(id: ID!): Product
    search(text: String!): [SearchResult]
  }

  type Mutation {
    setPrice(id: ID!, price: Int!): Product @auth(scopes: ["products:write"])
  }

  interface Product {
    id: ID!
    name: String!
    "Cents."
    price: Int!
    related: [Product]
  }

  enum Format {
    HARDCOVER
    PAPERBACK
  }

  type Book implements Product @key(fields: "id") {
    id: ID!
    name: String!
    price: Int!
    related: [Product]
    pages: Int!
    format: Format!
    margin: Int @auth(anyOf: [["products:cost"], ["staff", "finance"]])
  }

  type Film implements Product @key(fields: "id") {
    id: ID!
    name: String!
    price: Int!
    related: [Product]
    minutes: Int!
    margin: Int @auth(anyOf: [["products:cost"], ["staff", "finance"]])
  }

  "Not announced yet: hidden wherever it turns up, without hiding its neighbours."
  type Prototype implements Product @key(fields: "id") @auth(scopes: ["products:preview"]) {
    id: ID!
    name: String!
    price: Int!
    related: [Product]
    codename: String!
  }

  type Shop {
    id: ID!
    city: String!
  }

  union SearchResult = Book | Film | Prototype | Shop
`;

const row = (source: Readonly<Record<string, unknown>>, data: DemoData): ProductRow | undefined =>
  data.products.get(idOf(source));

const productReference = (id: string, data: DemoData) => {
  const product = data.products.get(id);
  return product === undefined ? null : reference(product.kind, id);
};

/** A representation of the wrong type (a Film with a Book's id) resolves to null. */
const resolveReference: DemoResolver = (source, _args, { data }) => {
  const product = row(source, data);
  return product === undefined || product.kind !== source["__typename"]
    ? null
    : reference(product.kind, product.id);
};

const common: Readonly<Record<string, DemoResolver>> = {
  name: (source, _args, { data }) => row(source, data)?.name,
  price: (source, _args, { data }) => row(source, data)?.price,
  related: (source, _args, { data }) => row(source, data)?.related.map((id) => productReference(id, data)),
};

const margin: DemoResolver = (source, _args, { data }) => {
  const product = row(source, data);
  return product === undefined ? null : product.price - product.cost;
};

/** The products of the shop. Served by GraphQL Yoga. */
export const products: DemoSubgraph = {
  name: "products",
  typeDefs,
  resolvers: {
    Query: {
      products: (_source, _args, { data }) =>
        [...data.products.keys()].map((id) => productReference(id, data)),
      topProducts: (_source, args, { data }) =>
        [...data.products.keys()]
          .slice(0, Math.max(0, Number(args["first"])))
          .map((id) => productReference(id, data)),
      product: (_source, args, { data }) => productReference(String(args["id"]), data),
      search: (_source, args, { data }) => {
        const wanted = String(args["text"]).toLowerCase();
        return [
          ...[...data.products.values()]
            .filter((product) => product.name.toLowerCase().includes(wanted))
            .map((product) => reference(product.kind, product.id)),
          ...[...data.shops.values()]
            .filter((shop) => shop.city.toLowerCase().includes(wanted))
            .map((shop) => reference("Shop", shop.id)),
        ];
      },
    },
    Mutation: {
      setPrice: (_source, args, { data }) => {
        const product = data.products.get(String(args["id"]));
        if (product === undefined) return null;
        product.price = Number(args["price"]);
        return reference(product.kind, product.id);
      },
    },
    Book: {
      ...common,
      __resolveReference: resolveReference,
      pages: (source, _args, { data }) => row(source, data)?.pages,
      format: (source, _args, { data }) => row(source, data)?.format,
      margin,
    },
    Film: {
      ...common,
      __resolveReference: resolveReference,
      minutes: (source, _args, { data }) => row(source, data)?.minutes,
      margin,
    },
    Prototype: {
      ...common,
      __resolveReference: resolveReference,
      codename: (source, _args, { data }) => row(source, data)?.codename,
    },
    Shop: { city: (source, _args, { data }) => data.shops.get(idOf(source))?.city },
  },
};
