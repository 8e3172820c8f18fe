import type { AuthorizationSettings, Policy } from "../authorization/settings.js";
import type { CardeaConfig } from "../config/resolve.js";

/** What the configuration says about authorization; served and explained by the same settings. */
export const authorizationSettings = ({ auth, limits }: CardeaConfig): AuthorizationSettings => ({
  ...auth,
  maxExpandedSelections: limits.maxExpandedSelections,
  // The configuration carries functions without knowing what they receive.
  policies: new Map(Object.entries(auth.policies) as [string, Policy][]),
});
