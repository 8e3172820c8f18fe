/** Identity of the specification of `@auth`, without its version. */
export const CARDEA_AUTH = "https://specs.cardea.dev/auth";

/** The link that brings `@auth` into a schema under its own name. */
export const AUTH_LINK = `@link(url: "${CARDEA_AUTH}/v1.0", import: ["@auth"])`;

/** The definition of `@auth`, as subgraphs write it (docs/spec/directive.md). */
export const AUTH_DEFINITION = `directive @auth(
  fresh: Boolean! = false
  maxAge: Int
  scopes: [String!]! = []
  anyOf: [[String!]!]
) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION`;
