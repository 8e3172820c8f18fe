import type { ConstDirectiveNode, DocumentNode } from "graphql";
import { Kind } from "graphql";
import { CARDEA_AUTH } from "../../domain/auth-directive.js";
import type { Problem } from "../../domain/errors.js";
import {
  type Link,
  linkNamespace,
  linkUrl,
  localNames,
  readImports,
  readLinks,
} from "../../graphql/links.js";

/** The four guard directives. */
export type GuardKind = "auth" | "authenticated" | "requiresScopes" | "policy";

/** Local directive name in one document → its guard. */
export type GuardNames = ReadonlyMap<string, GuardKind>;

const APOLLO = "https://specs.apollo.dev";
export const FEDERATION = `${APOLLO}/federation`;
const APOLLO_GUARDS: readonly GuardKind[] = ["authenticated", "requiresScopes", "policy"];
const WORDS: ReadonlySet<string> = new Set(["auth", "authenticated", "requiresscopes", "policy"]);

/** Security features of the join family that do not guard fields by caller. */
const HARMLESS_SECURITY: ReadonlySet<string> = new Set([`${APOLLO}/inaccessible`, `${APOLLO}/context`]);

/** The guards that a link imports; empty for any other link. */
export const guardsOf = (link: Link): readonly GuardKind[] => {
  if (link.identity === CARDEA_AUTH) return link.major === 1 ? ["auth"] : [];
  if (link.identity === FEDERATION) return link.major === 2 ? APOLLO_GUARDS : [];
  if (link.major !== 0 || link.minor !== 1) return [];
  return APOLLO_GUARDS.filter((kind) => link.identity === `${APOLLO}/${kind}`);
};

/** Resolves the guard directives of one document through its `@link`s; a directive name alone is not enough. */
export const readGuardNames = (document: DocumentNode): GuardNames => {
  const names = new Map<string, GuardKind>();
  for (const link of readLinks(document)) {
    for (const kind of guardsOf(link)) {
      for (const name of localNames(link, kind)) names.set(name, kind);
    }
  }
  return names;
};

/** Does a name look like a guard, with or without a prefix? Case is ignored, to find misspelt guards. */
export const looksLikeGuard = (name: string): boolean =>
  WORDS.has((name.split("__").at(-1) ?? name).toLowerCase());

/**
 * Finds suspicious links (docs/spec/directive.md §1.5): links with an unknown security feature, links that look like a
 * guard in an unknown version, and imports of guards from another specification. A mistyped link must not open a graph.
 *
 * @param foreign - local directive names that the operator declared not to be guards
 */
export const linkProblems = (document: DocumentNode, foreign: ReadonlySet<string>): readonly Problem[] => {
  const readable = new Map(readLinks(document).map((link) => [link.node, link]));
  const problems: Problem[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const node of definition.directives ?? []) {
      // `@link` may have another name, so every directive with a url is checked.
      if (node.name.value !== "link" && linkUrl(node) === undefined) continue;
      problems.push(...problemsOfLink(node, readable.get(node), foreign));
    }
  }
  return problems;
};

const problemsOfLink = (
  node: ConstDirectiveNode,
  link: Link | undefined,
  foreign: ReadonlySet<string>,
): readonly Problem[] => {
  const url = linkUrl(node) ?? "a link without a readable url";
  const kinds = link === undefined ? [] : guardsOf(link);
  const imports = [...readImports(node)].filter(([original]) => original.startsWith("@"));
  const isForeign = (local: string): boolean => foreign.has(local.replace(/^@/, ""));
  const isKnown = kinds.length > 0 || (link !== undefined && HARMLESS_SECURITY.has(link.identity));
  if (promisesSecurity(node) && !isKnown) return [unknownLink(url)];
  if (kinds.length === 0 && namesGuard(url)) {
    const locals = imports.map(([, local]) => local);
    const names =
      locals.length > 0 ? locals : [linkNamespace(node) ?? link?.name ?? wordsOf(url).at(-1) ?? ""];
    return names.every(isForeign) ? [] : [unreadableLink(url, names)];
  }
  const strange = imports.filter(([original, local]) => {
    const name = original.slice(1);
    if (kinds.some((kind) => kind === name) || isForeign(local)) return false;
    return looksLikeGuard(name) || link?.identity === CARDEA_AUTH;
  });
  return strange.map(([original, local]) => ({
    kind: "UNKNOWN_GUARD",
    where: `@link(url: "${url}")`,
    found: `an import of ${original} from a specification that does not have it, or that Cardea does not know`,
    allowed: `${CARDEA_AUTH}/v1.0 for @auth, ${FEDERATION}/v2.9 for Apollo's three`,
    fix: `correct the url or the name, or declare "${local.replace(/^@/, "")}" in auth.foreignDirectives`,
  }));
};

/** Does the url name a guard: by a word of its path, or because it is ours? */
const namesGuard = (url: string): boolean =>
  /^(?:[a-z]+:)?\/\/(?:[^/]*\.)?cardea\.dev(?:[:/]|$)/i.test(url) || wordsOf(url).some(looksLikeGuard);

/** The names in a url's path, without its version, query and fragment. */
const wordsOf = (url: string): readonly string[] =>
  (/^(?:[a-z]+:)?\/\/[^/?#]*(?<path>[^?#]*)/i.exec(url)?.groups?.["path"] ?? url)
    .split("/")
    .filter((word) => word !== "" && !/^v\d/i.test(word));

const promisesSecurity = (node: ConstDirectiveNode): boolean =>
  node.arguments?.some(
    (one) => one.name.value === "for" && one.value.kind === Kind.ENUM && one.value.value === "SECURITY",
  ) === true;

const unknownLink = (url: string): Problem => ({
  kind: "UNKNOWN_SECURITY_LINK",
  where: `@link(url: "${url}")`,
  found: "a link marked `for: SECURITY` that Cardea does not know",
  allowed: `${CARDEA_AUTH}/v1.x and Apollo's authenticated, requiresScopes, policy, inaccessible and context`,
  fix: "remove the link, or use the version Cardea knows: an unknown guard cannot be enforced",
});

const unreadableLink = (url: string, names: readonly string[]): Problem => ({
  kind: "UNKNOWN_GUARD",
  where: `@link(url: "${url}")`,
  found: "a link that looks like a guard, but not in a version that Cardea knows",
  allowed: `${CARDEA_AUTH}/v1.0, ${FEDERATION}/v2.9, or Apollo's authenticated, requiresScopes and policy v0.1, spelled exactly`,
  fix: `correct the url; if it is no guard, declare ${names.map((one) => `"${one.replace(/^@/, "")}"`).join(", ")} in auth.foreignDirectives`,
});
