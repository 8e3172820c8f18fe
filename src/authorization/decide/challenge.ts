import type { GraphQLFormattedError } from "graphql";
import { errorRow } from "../../domain/errors.js";
import type { Principal } from "../../domain/principal.js";
import { type Alternatives, disjunctiveForm } from "../../domain/requirement.js";
import type { AuthChallenge, Denial, Disclosure } from "../authorizer.js";
import { MAX_ALTERNATIVES, worstOf } from "./denial-view.js";

/** Combines denials. `undefined` when there are none, or when disclosure is `none`. */
export const combineChallenge = (
  denied: readonly Denial[],
  disclosure: Disclosure,
): AuthChallenge | undefined => {
  const worst = worstOf(denied);
  if (worst === undefined || disclosure === "none") return undefined;
  const ages = denied.flatMap((one) => one.maxAge ?? []);
  const scopes =
    disclosure === "full" ? disjunctiveForm(distinctScopes(denied), MAX_ALTERNATIVES) : ([] as const);
  return {
    code: worst.code,
    ...(ages.length === 0 ? {} : { maxAge: Math.min(...ages) }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
};

const distinctScopes = (denied: readonly Denial[]): readonly Alternatives[] => {
  const byText = new Map<string, Alternatives>();
  for (const { scopes } of denied) if (scopes !== undefined) byText.set(JSON.stringify(scopes), scopes);
  return [...byText.values()];
};

/** Builds one client-facing error. The disclosure level decides what it contains beside the code. */
export const denialError = (
  denial: Denial,
  path: readonly (string | number)[],
  principal: Principal,
  disclosure: Disclosure,
): GraphQLFormattedError => {
  const extensions: Record<string, unknown> = { code: denial.code };
  if (disclosure === "full") {
    extensions["coordinate"] = denial.coordinate;
    if (denial.scopes !== undefined) extensions["requiredScopes"] = denial.scopes;
    if (denial.maxAge !== undefined) extensions["maxAge"] = denial.maxAge;
    if (denial.maxAge !== undefined && principal.kind === "user" && principal.authTime !== undefined) {
      extensions["authTime"] = principal.authTime;
    }
  }
  return { message: errorRow(denial.code)?.publicText ?? "Not allowed.", path, extensions };
};
