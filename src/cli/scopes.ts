import { isScopeToken } from "../domain/claims.js";
import { UsageError } from "./output.js";

/** Scopes separated by spaces. @throws UsageError for one that is no scope token */
export function parseScopes(text: string, name: string): readonly string[] {
  const scopes = text.split(/\s+/).filter((scope) => scope !== "");
  const bad = scopes.find((scope) => !isScopeToken(scope));
  if (bad !== undefined)
    throw new UsageError(`${name} holds ${JSON.stringify(bad)}, which is no scope token (RFC 6749 §3.3)`);
  return scopes;
}
