import { fieldName, typeName } from "../../auth-subgraph/naming.js";
import { buildAuthSchema } from "../../auth-subgraph/schema.js";
import { AUTH_SUBGRAPH_URL } from "../../composition/index.js";
import type { CardeaConfig } from "../../config/resolve.js";
import type { Snapshot } from "../../federation/supergraph/snapshot.js";
import type { AuthField, AuthNames, AuthType } from "../../http/page/contract.js";

const FIELDS: readonly AuthField[] = [
  "session",
  "sessions",
  "sessionEvents",
  "login",
  "completeLogin",
  "refreshToken",
  "signOut",
  "reauthenticate",
  "revokeSession",
  "revokeOtherSessions",
  "revokeAllSessions",
];

const TYPES: readonly AuthType[] = [
  "AuthPayload",
  "SecondFactorChallenge",
  "LoginInput",
  "CompleteLoginInput",
  "RefreshTokenInput",
  "SignOutInput",
  "ReauthenticateInput",
];

/** How the auth subgraph's fields and types are called in a graph of this configuration; null when login is off. */
export const authNamesOf = ({ authSubgraph }: Pick<CardeaConfig, "authSubgraph">): AuthNames | null => {
  if (authSubgraph.enabled === false) return null;
  const { prefix = "" } = authSubgraph;
  const { published } = buildAuthSchema(authSubgraph);
  const offered = { ...published.getQueryType()?.getFields(), ...published.getMutationType()?.getFields() };
  const offeredName = (name: string): string | null => {
    const called = fieldName(name, prefix);
    return Object.hasOwn(offered, called) ? called : null;
  };
  return {
    prefix,
    fields: Object.fromEntries(FIELDS.map((name) => [name, offeredName(name)])) as AuthNames["fields"],
    types: Object.fromEntries(TYPES.map((name) => [name, typeName(name, prefix)])) as AuthNames["types"],
  };
};

/** Does the graph that serves have the auth subgraph? */
export const servesLogin = (snapshot: Pick<Snapshot, "subgraphs"> | undefined): boolean =>
  [...(snapshot?.subgraphs.values() ?? [])].some(({ url }) => url === AUTH_SUBGRAPH_URL);
