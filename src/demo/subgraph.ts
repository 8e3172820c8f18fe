import type { DemoData } from "./data.js";

/** What every resolver of the demo may use. */
export interface DemoContext {
  readonly data: DemoData;
  /** The verified user, as the gateway told this subgraph; `undefined` for an anonymous caller. */
  readonly viewerId: string | undefined;
}

export type DemoResolver = (
  source: Readonly<Record<string, unknown>>,
  args: Readonly<Record<string, unknown>>,
  context: DemoContext,
) => unknown;

/** Type name → field name → resolver; `__resolveReference` turns a representation into a reference or null. */
export type DemoResolvers = Readonly<Record<string, Readonly<Record<string, DemoResolver>>>>;

/** One subgraph of the demo: its SDL and the functions behind it, free of any server. */
export interface DemoSubgraph {
  readonly name: "accounts" | "products" | "reviews";
  readonly typeDefs: string;
  readonly resolvers: DemoResolvers;
}

/** How entities travel between resolvers. */
export interface Reference {
  readonly __typename: string;
  readonly id: string;
}

export const reference = (typename: string, id: string): Reference => ({ __typename: typename, id });

/** The id of a reference or representation; an entity without one resolves to nothing. */
export const idOf = (source: Readonly<Record<string, unknown>>): string => String(source["id"]);

/** The lines with which a subgraph makes `@auth` reach the supergraph. Forgetting one is what the lint finds. */
export const AUTH_LINKS = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@external", "@requires", "@shareable", "@composeDirective"]
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
