import { AUTH_DEFINITION, AUTH_LINK } from "../domain/auth-directive.js";
import type { DemoData } from "./data.js";

/** The context of every resolver of the demo. */
export interface DemoContext {
  readonly data: DemoData;
  /** The user of the gateway's verified identity token; `undefined` for an anonymous caller. */
  readonly viewerId: string | undefined;
}

export type DemoResolver = (
  source: Readonly<Record<string, unknown>>,
  args: Readonly<Record<string, unknown>>,
  context: DemoContext,
) => unknown;

/** Type name → field name → resolver. `__resolveReference` turns a representation into a reference or null. */
export type DemoResolvers = Readonly<Record<string, Readonly<Record<string, DemoResolver>>>>;

/** One subgraph of the demo: its SDL and its resolvers, without a server. */
export interface DemoSubgraph {
  readonly name: "accounts" | "products" | "reviews";
  readonly typeDefs: string;
  readonly resolvers: DemoResolvers;
  /** What `_service { sdl }` answers now. Default: `typeDefs`. */
  readonly published?: () => string;
}

/** The line without which composition would lose every `@auth` of a subgraph. */
export const COMPOSE_DIRECTIVE = '@composeDirective(name: "@auth")';

/** How resolvers pass entities to each other. */
export interface Reference {
  readonly __typename: string;
  readonly id: string;
}

export const reference = (typename: string, id: string): Reference => ({ __typename: typename, id });

/** The id of a reference or representation. */
export const idOf = (source: Readonly<Record<string, unknown>>): string => String(source["id"]);

/** The lines that bring `@auth` into the supergraph. Composition is refused when one is missing. */
export const AUTH_LINKS = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@external", "@requires", "@shareable", "@composeDirective"]
    )
    ${AUTH_LINK}
    ${COMPOSE_DIRECTIVE}

  ${AUTH_DEFINITION}
`;
