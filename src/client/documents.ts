import type { Operation } from "./transport.js";

const PAYLOAD = "accessToken refreshToken expiresIn";

/** The operations of the auth subgraph this client sends; secrets travel as variables, never in the text. */
export function documents(prefix: string) {
  return {
    login: (input: object): Operation => ({
      operationName: "Login",
      query: `mutation Login($input: LoginInput!) { ${prefix}login(input: $input) { ... on AuthPayload { ${PAYLOAD} } ... on SecondFactorChallenge { methods } } }`,
      variables: { input },
    }),
    refresh: (input: object): Operation => ({
      operationName: "Refresh",
      query: `mutation Refresh($input: RefreshTokenInput!) { ${prefix}refreshToken(input: $input) { ${PAYLOAD} } }`,
      variables: { input },
    }),
    reauthenticate: (input: object): Operation => ({
      operationName: "Reauthenticate",
      query: `mutation Reauthenticate($input: ReauthenticateInput!) { ${prefix}reauthenticate(input: $input) { ${PAYLOAD} } }`,
      variables: { input },
    }),
    revoke: (): Operation => ({
      operationName: "Logout",
      query: `mutation Logout { ${prefix}revokeSession { status } }`,
    }),
  };
}
