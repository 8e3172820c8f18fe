import type { Principal } from "../../domain/principal.js";
import { someone } from "./explain-schema.js";
import type { Persona } from "./persona.js";

/**
 * Anonymous; signed in without a scope; each scope alone; a stolen access token; everything. All signed-in callers except the
 * thief have signed in just now, so that only the thief lacks a recent login.
 *
 * @param scopes - those there are, sorted
 */
export const personasOf = (scopes: readonly string[]): readonly Persona[] => [
  { id: "visitor", kind: "fixed" },
  { id: "signedIn", kind: "fixed" },
  ...scopes.map((scope) => ({ id: `scope:${scope}`, kind: "scope" as const, scope })),
  { id: "stolenToken", kind: "fixed" },
  { id: "everything", kind: "fixed" },
];

/**
 * A caller like that, at the moment 0.
 *
 * @param scopes - every scope there is
 */
export const principalOf = (persona: Persona, scopes: readonly string[]): Principal => {
  if (persona.kind === "scope") return someone([persona.scope], 0);
  switch (persona.id) {
    case "visitor":
      return { kind: "anonymous" };
    case "signedIn":
      return someone([], 0);
    case "stolenToken":
      return someone(scopes, undefined);
    case "everything":
      return someone(scopes, 0);
  }
};
