import { operationWriter } from "./documents.js";
import type { LoginInput, ReauthenticateInput } from "./generated/operations.js";

const SESSION = "id createdAt lastSeenAt expiresAt authTime scopes device ip current";

/**
 * Operations that a client sends now and then.
 *
 * @param prefix - as for `documents`
 */
export function accountDocuments(prefix: string) {
  const { tokens, type, withInput, query } = operationWriter(prefix);
  return {
    login: withInput<LoginInput>("login", `... on ${type("AuthPayload")} { ${tokens} deviceToken }`),
    reauthenticate: withInput<ReauthenticateInput>("reauthenticate", tokens),
    session: query("session", "id"),
    sessions: query("sessions", SESSION),
  };
}
