import type {
  LoginInput,
  ReauthenticateInput,
  RefreshTokenInput,
  RevokeMutationVariables,
  SignOutInput,
} from "./generated/operations.js";
import type { Operation } from "./transport.js";

const TOKENS = "accessToken refreshToken expiresIn";
const SESSION = "id createdAt lastSeenAt expiresAt authTime scopes device ip current";

/**
 * The operations that this client sends to the auth subgraph. Secrets are sent in variables, never in the text.
 *
 * @param prefix - `authSubgraph.prefix` of the gateway: `shop` makes `shopLogin` and `ShopAuthPayload`
 */
export function documents(prefix: string) {
  const field = (name: string): string => (prefix === "" ? name : `${prefix}${capitalised(name)}`);
  const type = (name: string): string => `${capitalised(prefix)}${name}`;
  const withInput = <Input extends object>(
    operationName: string,
    name: string,
    inputType: string,
    selection: string,
  ) => {
    const query = `mutation ${operationName}($input: ${type(inputType)}!) { ${field(name)}(input: $input) { ${selection} } }`;
    return (input: Input): Operation => ({ operationName, query, variables: { input } });
  };
  return {
    login: withInput<LoginInput>(
      "Login",
      "login",
      "LoginInput",
      `... on ${type("AuthPayload")} { ${TOKENS} deviceToken }`,
    ),
    refresh: withInput<RefreshTokenInput>("Refresh", "refreshToken", "RefreshTokenInput", TOKENS),
    reauthenticate: withInput<ReauthenticateInput>(
      "Reauthenticate",
      "reauthenticate",
      "ReauthenticateInput",
      TOKENS,
    ),
    signOut: withInput<SignOutInput>("SignOut", "signOut", "SignOutInput", "status revoked"),
    revoke: (variables: RevokeMutationVariables): Operation => ({
      operationName: "Revoke",
      query: `mutation Revoke($id: ID) { ${field("revokeSession")}(id: $id) { status revoked } }`,
      variables,
    }),
    sessions: (): Operation => ({
      operationName: "Sessions",
      query: `query Sessions { ${field("sessions")} { ${SESSION} } }`,
    }),
  };
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
