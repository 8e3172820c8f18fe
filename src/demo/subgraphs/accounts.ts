import type { UserRow } from "../data.js";
import type { DemoContext } from "../subgraph.js";
import { AUTH_LINKS, type DemoResolver, type DemoSubgraph, idOf, reference } from "../subgraph.js";

const typeDefs = /* GraphQL */ `
  ${AUTH_LINKS}

  type Query {
    me: User @auth
    user(id: ID!): User
    users: [User!] @auth(scopes: ["users:read"])
  }

  type Mutation {
    "Whoever changes where mail goes has typed a password within the last ten seconds."
    changeEmail(email: String!): User @auth(maxAge: 10)
  }

  type User @key(fields: "id") {
    id: ID!
    name: String!
    "Either scope will do."
    email: String @auth(anyOf: [["users:read"], ["support", "users:email"]])
    "Your own, and only shortly after you proved who you are."
    wallet: Wallet @auth(fresh: true)
    auditLog: [String!] @auth(fresh: true, scopes: ["users:read"])
  }

  type Wallet {
    "Cents."
    balance: Int!
    cards: [Card!]!
  }

  type Card {
    brand: String!
    lastFour: String!
  }
`;

const row = (source: Readonly<Record<string, unknown>>, context: DemoContext): UserRow | undefined =>
  context.data.users.get(idOf(source));

const userOrNull: DemoResolver = (source, _args, { data }) =>
  data.users.has(idOf(source)) ? reference("User", idOf(source)) : null;

/** The users. Served by Apollo Server with `@apollo/subgraph`. */
export const accounts: DemoSubgraph = {
  name: "accounts",
  typeDefs,
  resolvers: {
    Query: {
      me: (_source, _args, { viewerId }) => (viewerId === undefined ? null : reference("User", viewerId)),
      user: (_source, args, context) => userOrNull({ id: args["id"] }, {}, context),
      users: (_source, _args, { data }) => [...data.users.keys()].map((id) => reference("User", id)),
    },
    Mutation: {
      changeEmail: (_source, args, { data, viewerId }) => {
        const user = viewerId === undefined ? undefined : data.users.get(viewerId);
        if (user === undefined) return null;
        user.email = String(args["email"]);
        return reference("User", user.id);
      },
    },
    User: {
      __resolveReference: userOrNull,
      name: (source, _args, context) => row(source, context)?.name,
      email: (source, _args, context) => row(source, context)?.email,
      // The gateway checked that the caller may select the field; only this subgraph knows who owns the wallet.
      wallet: (source, _args, context) =>
        context.viewerId === idOf(source) ? row(source, context)?.wallet : null,
      auditLog: (source, _args, context) => row(source, context)?.auditLog,
    },
  },
};
