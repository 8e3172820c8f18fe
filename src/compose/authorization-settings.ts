import type { AuthorizationSettings, Policy } from "../authorization/settings.js";
import type { CardeaConfig } from "../config/resolve.js";

/** The configuration of authorization; `serve` and `explain` use the same. */
export const authorizationSettings = ({ auth, limits }: CardeaConfig): AuthorizationSettings => ({
  ...auth,
  maxExpandedSelections: limits.maxExpandedSelections,
  // The configuration does not know the parameters of policy functions.
  policies: new Map(Object.entries(auth.policies) as [string, Policy][]),
});
