/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Account {\n  me {\n    id\n    name\n    wallet {\n      balance\n    }\n  }\n}\n\nquery Products($first: Int!) {\n  topProducts(first: $first) {\n    __typename\n    id\n    name\n    ... on Book {\n      pages\n    }\n  }\n}": typeof types.AccountDocument,
};
const documents: Documents = {
    "query Account {\n  me {\n    id\n    name\n    wallet {\n      balance\n    }\n  }\n}\n\nquery Products($first: Int!) {\n  topProducts(first: $first) {\n    __typename\n    id\n    name\n    ... on Book {\n      pages\n    }\n  }\n}": types.AccountDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Account {\n  me {\n    id\n    name\n    wallet {\n      balance\n    }\n  }\n}\n\nquery Products($first: Int!) {\n  topProducts(first: $first) {\n    __typename\n    id\n    name\n    ... on Book {\n      pages\n    }\n  }\n}"): typeof import('./graphql.js').AccountDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
