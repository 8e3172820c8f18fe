import type { Operation } from "./transport.js";

const PAYLOAD = "accessToken refreshToken expiresIn";

/**
 * The operations of the auth subgraph this client sends; secrets travel as variables, never in the text.
 *
 * @param prefix - `authSubgraph.prefix` of the gateway: `shop` makes `shopLogin` and `ShopAuthPayload`
 */
export function documents(prefix: string) {
  const field = (name: string): string => (prefix === "" ? name : `${prefix}${capitalised(name)}`);
  const type = (name: string): string => `${capitalised(prefix)}${name}`;
  const withInput = (operationName: string, name: string, inputType: string, selection: string) => {
    const query = `mutation ${operationName}($input: ${type(inputType)}!) { ${field(name)}(input: $input) { ${selection} } }`;
    return (input: object): Operation => ({ operationName, query, variables: { input } });
  };
  return {
    login: withInput("Login", "login", "LoginInput", `... on ${type("AuthPayload")} { ${PAYLOAD} }`),
    refresh: withInput("Refresh", "refreshToken", "RefreshTokenInput", PAYLOAD),
    reauthenticate: withInput("Reauthenticate", "reauthenticate", "ReauthenticateInput", PAYLOAD),
    revoke: (): Operation => ({
      operationName: "Logout",
      query: `mutation Logout { ${field("revokeSession")} { status } }`,
    }),
  };
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
