import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";

const LINKS = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

const SCALARS_PER_TYPE = 10;
const KINDS_OF_NODE = 50;

/** Scopes that the guards of {@link wideSupergraph} require. */
export const WIDE_SCOPES: readonly string[] = Array.from({ length: 20 }, (_, index) => `area${index}:read`);

/**
 * A supergraph of so many types over two subgraphs, ten scalar fields each, a link to the next and one to an
 * interface of fifty types; every tenth field and every twentieth type is guarded.
 */
export function wideSupergraph(types: number): string {
  const scope = (index: number) => `@auth(scopes: ["${WIDE_SCOPES[index % WIDE_SCOPES.length]}"])`;
  const fields = (index: number) =>
    Array.from(
      { length: SCALARS_PER_TYPE },
      (_, field) => `f${field}: String ${(index + field) % 10 === 0 ? scope(index + field) : ""}`,
    ).join(" ");
  const typeAt = (index: number) =>
    `type T${index} ${index < KINDS_OF_NODE ? "implements Node" : ""} @key(fields: "id") ${index % 20 === 7 ? scope(index) : ""} {
      id: ID! ${fields(index)} next: T${(index + 1) % types} node: Node
    }`;
  const all = Array.from({ length: types }, (_, index) => typeAt(index)).join("\n");
  const extra = Array.from(
    { length: Math.floor(types / 4) },
    (_, index) => `type T${index * 4} @key(fields: "id") { id: ID! more: Int ${scope(index)} }`,
  ).join("\n");
  const result = composeServices([
    {
      name: "wide",
      url: "http://wide.example",
      typeDefs: parse(
        `${LINKS} type Query { start: T0 node: Node } interface Node { id: ID! f0: String } ${all}`,
      ),
    },
    { name: "more", url: "http://more.example", typeDefs: parse(`${LINKS} ${extra}`) },
  ]);
  if (compositionHasErrors(result)) throw new Error(result.errors.map(({ message }) => message).join("\n"));
  return result.supergraphSdl;
}

/**
 * An operation of so many fields down the chain of types, with an interface and a fragment in it. `seed` makes its
 * text, and so its document, one of a kind.
 */
export function wideOperation(fields: number, seed: number): string {
  const perLevel = SCALARS_PER_TYPE + 2;
  const levels = Math.max(1, Math.floor(fields / perLevel) - 1);
  let inner = "{ id node { id f0 ... on T3 { f1 f2 f3 } ... on T9 { f4 f5 f6 } } }";
  for (let level = 0; level < levels; level += 1) {
    const scalars = Array.from({ length: SCALARS_PER_TYPE }, (_, field) => `f${field}`).join(" ");
    inner = `{ ${level === 1 ? `a${seed}: id` : "id"} ${scalars} next ${inner} }`;
  }
  return `query Wide${seed} { start ${inner} }`;
}
