import { isScopeToken } from "../domain/claims.js";
import { UsageError } from "./output.js";

/** Parses scopes separated by spaces. @throws UsageError for an invalid scope token */
export function parseScopes(text: string, name: string): readonly string[] {
  const scopes = text.split(/\s+/).filter((scope) => scope !== "");
  const bad = scopes.find((scope) => !isScopeToken(scope));
  if (bad !== undefined)
    throw new UsageError(`${name}: ${JSON.stringify(bad)} is not a valid scope token (RFC 6749 §3.3)`);
  return scopes;
}
