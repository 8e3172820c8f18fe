import type { ConstDirectiveNode, DocumentNode } from "graphql";
import { Kind } from "graphql";
import type { Problem } from "../domain/errors.js";
import { type Link, linkUrl, localNames, readLinks } from "./links.js";

/** The four directives that guard, on one algebra. */
export type GuardKind = "auth" | "authenticated" | "requiresScopes" | "policy";

/** Local spelling in one document → which guard it is. */
export type GuardNames = ReadonlyMap<string, GuardKind>;

export const CARDEA_AUTH = "https://specs.cardea.dev/auth";
const APOLLO = "https://specs.apollo.dev";
export const FEDERATION = `${APOLLO}/federation`;
const APOLLO_GUARDS: readonly GuardKind[] = ["authenticated", "requiresScopes", "policy"];
const WORDS: ReadonlySet<string> = new Set(["auth", "authenticated", "requiresscopes", "policy"]);

/** Security features of the join family that do not guard fields by caller. */
const HARMLESS_SECURITY: ReadonlySet<string> = new Set([`${APOLLO}/inaccessible`, `${APOLLO}/context`]);

/** Which guards a link brings; empty for a link that brings none. */
export const guardsOf = (link: Link): readonly GuardKind[] => {
  if (link.identity === CARDEA_AUTH) return link.major === 1 ? ["auth"] : [];
  if (link.identity === FEDERATION) return link.major === 2 ? APOLLO_GUARDS : [];
  if (link.major !== 0 || link.minor !== 1) return [];
  return APOLLO_GUARDS.filter((kind) => link.identity === `${APOLLO}/${kind}`);
};

/** Resolves the guard directives of one document through its `@link`s; the spelling alone means nothing. */
export const readGuardNames = (document: DocumentNode): GuardNames => {
  const names = new Map<string, GuardKind>();
  for (const link of readLinks(document)) {
    for (const kind of guardsOf(link)) {
      for (const name of localNames(link, kind)) names.set(name, kind);
    }
  }
  return names;
};

/** Does the spelling look like a guard, bare or behind a prefix? Case is ignored: it is a tripwire, not a name. */
export const looksLikeGuard = (name: string): boolean =>
  WORDS.has((name.split("__").at(-1) ?? name).toLowerCase());

/**
 * The tripwire of auth-directive §1: links that promise security we do not know, and guard names imported
 * from somewhere else. A mistyped link must not open a graph.
 *
 * @param foreign - local names the operator declared to be none of our business
 */
export const linkProblems = (document: DocumentNode, foreign: ReadonlySet<string>): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const node of definition.directives ?? []) {
      if (node.name.value === "link" && promisesSecurity(node) && readLinks(only(node)).length === 0) {
        problems.push(unknownLink(linkUrl(node) ?? "a link without a readable url"));
      }
    }
  }
  for (const link of readLinks(document)) {
    const known = guardsOf(link).length > 0 || HARMLESS_SECURITY.has(link.identity);
    if (link.purpose === "SECURITY" && !known) problems.push(unknownLink(link.url));
    for (const [original, local] of link.imports) {
      if (!original.startsWith("@") || !looksLikeGuard(original.slice(1))) continue;
      const kind = original.slice(1);
      if (guardsOf(link).some((one) => one === kind) || foreign.has(local.replace(/^@/, ""))) continue;
      problems.push({
        kind: "UNKNOWN_GUARD",
        where: `@link(url: "${link.url}")`,
        found: `an import of ${original} from a specification Cardea does not know`,
        allowed: `${CARDEA_AUTH}/v1.0 for @auth, ${FEDERATION}/v2.9 for Apollo's three`,
        mend: `correct the url, or declare "${local.replace(/^@/, "")}" in auth.foreignDirectives`,
      });
    }
  }
  return problems;
};

const promisesSecurity = (node: ConstDirectiveNode): boolean =>
  node.arguments?.some(
    (one) => one.name.value === "for" && one.value.kind === Kind.ENUM && one.value.value === "SECURITY",
  ) === true;

const only = (node: ConstDirectiveNode): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [{ kind: Kind.SCHEMA_EXTENSION, directives: [node] }],
});

const unknownLink = (url: string): Problem => ({
  kind: "UNKNOWN_SECURITY_LINK",
  where: `@link(url: "${url}")`,
  found: "a link marked `for: SECURITY` that Cardea does not know",
  allowed: `${CARDEA_AUTH}/v1.x and Apollo's authenticated, requiresScopes, policy, inaccessible and context`,
  mend: "remove the link, or use the version Cardea knows: an unknown guard cannot be enforced",
});
