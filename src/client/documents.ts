import type { RefreshTokenInput, RevokeMutationVariables, SignOutInput } from "./generated/operations.js";
import type { Operation } from "./transport.js";

/**
 * Writes operations on the auth subgraph. Secrets are sent in variables, never in the text.
 *
 * @param prefix - `authSubgraph.prefix` of the gateway: `shop` makes `shopLogin` and `ShopAuthPayload`
 */
export function operationWriter(prefix: string) {
  const field = (name: string): string => (prefix === "" ? name : `${prefix}${capitalised(name)}`);
  const type = (name: string): string => `${capitalised(prefix)}${name}`;
  return {
    tokens: "accessToken refreshToken expiresIn session { id }",
    field,
    type,
    withInput: <Input extends object>(name: string, selection: string) => {
      const operationName = capitalised(name);
      const query = `mutation ${operationName}($input: ${type(operationName)}Input!) { ${field(name)}(input: $input) { ${selection} } }`;
      return (input: Input): Operation => ({ operationName, query, variables: { input } });
    },
    query: (name: string, selection: string) => (): Operation => ({
      query: `query ${capitalised(name)} { ${field(name)} { ${selection} } }`,
    }),
  };
}

/**
 * The operations that every client sends to the auth subgraph.
 *
 * @param prefix - as for `operationWriter`
 */
export function documents(prefix: string) {
  const { tokens, field, withInput } = operationWriter(prefix);
  return {
    refresh: withInput<RefreshTokenInput>("refreshToken", tokens),
    signOut: withInput<SignOutInput>("signOut", "status revoked"),
    revoke: (variables: RevokeMutationVariables): Operation => ({
      query: `mutation Revoke($id: ID) { ${field("revokeSession")}(id: $id) { status revoked } }`,
      variables,
    }),
  };
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
