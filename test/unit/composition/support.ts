import { ConfigError, type Problem } from "../../../src/domain/errors.js";

export const FEDERATION_LINK = `@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@provides", "@override", "@requires", "@composeDirective", "@authenticated", "@requiresScopes", "@policy"])`;
export const AUTH_LINK = `@link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])`;
export const COMPOSE = `@composeDirective(name: "@auth")`;
export const DEFINITION = `directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION\n`;
export const HEAD = `extend schema ${FEDERATION_LINK} ${AUTH_LINK} ${COMPOSE}\n${DEFINITION}`;

export const aSubgraph = (name: string, body: string, head = HEAD) => ({
  name,
  url: `http://${name}.invalid`,
  sdl: head + body,
});

/** The problems a refusal names. */
export const problemsOf = (act: () => unknown): readonly Problem[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
