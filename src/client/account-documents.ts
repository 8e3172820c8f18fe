import { operationWriter } from "./documents.js";
import type { ReauthenticateInput } from "./generated/operations.js";

const SESSION = "id createdAt lastSeenAt expiresAt authTime scopes device ip current";

/**
 * Operations that a client sends now and then.
 *
 * @param prefix - as for `documents`
 */
export function accountDocuments(prefix: string) {
  const { tokens, withInput, query } = operationWriter(prefix);
  return {
    reauthenticate: withInput<ReauthenticateInput>("reauthenticate", tokens),
    session: query("session", "id"),
    sessions: query("sessions", SESSION),
  };
}
