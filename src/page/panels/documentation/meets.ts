import type { Demand } from "../../schema/protocol.js";
import type { SessionView } from "../../state/session-view.js";

/** Does the present caller meet a demand? The gateway decides; this is what can be known of it beforehand. */
export type Meets =
  | { readonly kind: "met" }
  | { readonly kind: "unmet"; readonly missing: string }
  | { readonly kind: "unknown"; readonly missing: string };

export function meets(demand: Demand, view: SessionView, nowSeconds: number): Meets {
  if (!demand.verified) return { kind: "unmet", missing: "a guard may have been lost, so nobody is let in" };
  const needsCaller =
    demand.authenticated ||
    demand.maxAgeSeconds !== null ||
    demand.scopes.length > 0 ||
    demand.policies.length > 0;
  if (!needsCaller) return { kind: "met" };
  if (view.kind === "signedOut") return { kind: "unmet", missing: "you are not signed in" };
  const { claims } = view;
  // A token that is no JWT says nothing to the page.
  if (claims === undefined) return { kind: "unknown", missing: "your token cannot be read here" };
  if (!hasScopes(demand.scopes, claims.scopes))
    return { kind: "unmet", missing: "your scopes do not include it" };
  if (demand.maxAgeSeconds !== null) {
    const age = nowSeconds - (claims.authTimeSeconds ?? Number.NEGATIVE_INFINITY);
    if (age > demand.maxAgeSeconds) return { kind: "unmet", missing: "your sign-in is too old" };
  }
  if (demand.policies.length > 0) return { kind: "unknown", missing: "a policy of the operator decides" };
  return { kind: "met" };
}

/** One of the alternatives, with all of its scopes. No alternatives: no scope is asked for. */
const hasScopes = (alternatives: readonly (readonly string[])[], held: readonly string[]): boolean =>
  alternatives.length === 0 || alternatives.some((scopes) => scopes.every((scope) => held.includes(scope)));
