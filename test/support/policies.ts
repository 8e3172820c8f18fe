import type { Policy } from "../../src/authorization/settings.js";

/** Policy functions of every kind, and one name nobody registered (`unknown`). */
export const POLICIES: ReadonlyMap<string, Policy> = new Map<string, Policy>([
  ["always", () => true],
  ["holdsB", async ({ principal }) => principal.kind === "user" && principal.scopes.has("b")],
  // Truthy is not true: a policy that forgets a comparison must not grant access.
  ["truthy", (() => 1) as unknown as Policy],
  [
    "throws",
    () => {
      throw new Error("the directory does not answer");
    },
  ],
]);

export const POLICY_NAMES = ["always", "holdsB", "truthy", "throws", "unknown"] as const;

/** The expected outcome of each policy by the specification: everything except `true` denies. */
export const policyHolds = (name: string, scopes: ReadonlySet<string>): boolean =>
  name === "always" || (name === "holdsB" && scopes.has("b"));
