import type { DemoData, ReviewRow } from "../data.js";
import { AUTH_LINKS, type DemoResolver, type DemoSubgraph, idOf, reference } from "../subgraph.js";

const typeDefs = /* GraphQL */ `
  ${AUTH_LINKS}

  type Query {
    reviews(first: Int): [Review!]!
    review(id: ID!): Review
  }

  type Mutation {
    "Anyone signed in."
    likeReview(id: ID!): Review @auth
    "Moderators only. In one operation with a like, a caller who may only like does neither."
    hideReview(id: ID!): Review @auth(scopes: ["reviews:moderate"])
    addReview(input: ReviewInput!): Review @auth(scopes: ["reviews:write"])
  }

  input ReviewInput {
    productId: ID!
    stars: Int!
    text: String!
  }

  type Review @key(fields: "id") {
    id: ID!
    stars: Int!
    text: String!
    likes: Int!
    hidden: Boolean!
    author: User
    product: Product
    reportedBy: [User!] @auth(scopes: ["reviews:moderate"])
  }

  type User @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
  }

  interface Product {
    id: ID!
    reviews: [Review!]!
    averageStars: Float
  }

  type Book implements Product @key(fields: "id") {
    id: ID!
    price: Int! @external
    reviews: [Review!]!
    averageStars: Float
    "Well liked and cheap: needs the price, which another subgraph knows."
    bargain: Boolean! @requires(fields: "price")
  }

  type Film implements Product @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
    averageStars: Float
  }

  type Prototype implements Product @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
    averageStars: Float
  }
`;

const row = (source: Readonly<Record<string, unknown>>, data: DemoData): ReviewRow | undefined =>
  data.reviews.get(idOf(source));

const reviewReference = (id: string) => reference("Review", id);

const reviewsWhere = (data: DemoData, keep: (review: ReviewRow) => boolean) =>
  [...data.reviews.values()].filter(keep).map((review) => reviewReference(review.id));

const averageStars = (productId: string, data: DemoData): number | null => {
  const stars = [...data.reviews.values()]
    .filter((review) => review.productId === productId)
    .map((review) => review.stars);
  return stars.length === 0 ? null : stars.reduce((sum, each) => sum + each, 0) / stars.length;
};

/** The first letter of a product's id gives its type, as in many real systems. */
const KINDS: Readonly<Record<string, string>> = { b: "Book", f: "Film", p: "Prototype" };
const productReference = (id: string) => {
  const kind = KINDS[id.charAt(0)];
  return kind === undefined ? null : reference(kind, id);
};

const onProduct: Readonly<Record<string, DemoResolver>> = {
  reviews: (source, _args, { data }) => reviewsWhere(data, (review) => review.productId === idOf(source)),
  averageStars: (source, _args, { data }) => averageStars(idOf(source), data),
};

/** Returns the representation unchanged, because it holds the `@requires` fields. */
const acceptReference: DemoResolver = (source) => source;

/** The reviews. Served by graphql-js on plain `node:http`. */
export const reviews: DemoSubgraph = {
  name: "reviews",
  typeDefs,
  resolvers: {
    Query: {
      reviews: (_source, args, { data }) =>
        reviewsWhere(data, () => true).slice(0, Math.max(0, Number(args["first"] ?? data.reviews.size))),
      review: (_source, args, { data }) =>
        data.reviews.has(String(args["id"])) ? reviewReference(String(args["id"])) : null,
    },
    Mutation: {
      likeReview: (_source, args, { data }) => {
        const review = data.reviews.get(String(args["id"]));
        if (review === undefined) return null;
        review.likes += 1;
        return reviewReference(review.id);
      },
      hideReview: (_source, args, { data }) => {
        const review = data.reviews.get(String(args["id"]));
        if (review === undefined) return null;
        review.hidden = true;
        return reviewReference(review.id);
      },
      addReview: (_source, args, { data, viewerId }) => {
        const input = args["input"] as Readonly<Record<string, unknown>>; // graphql-js has coerced it to ReviewInput
        const id = `r${data.reviews.size + 1}`;
        data.reviews.set(id, {
          id,
          stars: Number(input["stars"]),
          text: String(input["text"]),
          likes: 0,
          hidden: false,
          ...(viewerId === undefined ? {} : { authorId: viewerId }),
          productId: String(input["productId"]),
          reportedBy: [],
        });
        return reviewReference(id);
      },
    },
    Review: {
      __resolveReference: (source, _args, { data }) =>
        data.reviews.has(idOf(source)) ? reviewReference(idOf(source)) : null,
      stars: (source, _args, { data }) => row(source, data)?.stars,
      text: (source, _args, { data }) => row(source, data)?.text,
      likes: (source, _args, { data }) => row(source, data)?.likes,
      hidden: (source, _args, { data }) => row(source, data)?.hidden,
      author: (source, _args, { data }) => {
        const authorId = row(source, data)?.authorId;
        return authorId === undefined ? null : reference("User", authorId);
      },
      product: (source, _args, { data }) => productReference(row(source, data)?.productId ?? ""),
      reportedBy: (source, _args, { data }) =>
        row(source, data)?.reportedBy.map((id) => reference("User", id)),
    },
    User: {
      __resolveReference: acceptReference,
      reviews: (source, _args, { data }) => reviewsWhere(data, (review) => review.authorId === idOf(source)),
    },
    Book: {
      ...onProduct,
      __resolveReference: acceptReference,
      // The representation holds the price. The monolith has no representations, so it looks the price up.
      bargain: (source, _args, { data }) =>
        Number(source["price"] ?? data.products.get(idOf(source))?.price) < 2_000 &&
        (averageStars(idOf(source), data) ?? 0) >= 3,
    },
    Film: { ...onProduct, __resolveReference: acceptReference },
    Prototype: { ...onProduct, __resolveReference: acceptReference },
  },
};
