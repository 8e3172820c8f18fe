import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Problem } from "../domain/errors.js";

/** The `graphql` package a module gets when it imports it. */
export interface GraphqlCopy {
  readonly usedBy: string;
  readonly folder: string;
  readonly version: string;
}

/** Our own dependencies that import `graphql`; a test holds this equal to what they declare. */
export const GRAPHQL_USERS: readonly string[] = [
  "@apollo/server",
  "@graphql-tools/utils",
  "@theguild/federation-composition",
  "graphql-scalars",
  "type-graphql",
];

const ALLOWED = "one copy of graphql for everything, 16.11.0 or later and below 17";
const OLDEST_MINOR_OF_16 = 11;

/**
 * Is the `graphql` that this process would run with one it can run with? A schema of one copy means nothing to
 * another ("another realm"), and a later major version answers differently: both are refused before anything starts.
 *
 * @param from - the module to look from: its package and dependencies are the ones looked at
 */
export function graphqlProblems(from: string = import.meta.url): readonly Problem[] {
  const refused = (found: string, fix: string): readonly Problem[] => [
    { kind: "GRAPHQL_PACKAGE", where: "graphql", found, allowed: ALLOWED, fix },
  ];
  const ours = graphqlSeenFrom(from, "cardea");
  if (ours === undefined) return refused("no package of this name", "npm install graphql@16");
  if (!isSupported(ours.version))
    return refused(`version ${ours.version} in ${ours.folder}`, "npm install graphql@16");
  const other = GRAPHQL_USERS.map((name) => graphqlOf(name, from)).find(
    (copy) => copy !== undefined && copy.folder !== ours.folder,
  );
  if (other === undefined) return [];
  return refused(
    `two copies: ${ours.version} in ${ours.folder}, and ${other.version} in ${other.folder} (used by ${other.usedBy})`,
    "`npm ls graphql` shows who brings the second one; remove it, or its lines in the lockfile, and install again",
  );
}

/** Does this package, if it is installed, use the very copy of `graphql` that we use? */
export function sharesGraphql(name: string, from: string = import.meta.url): boolean {
  const theirs = graphqlOf(name, from);
  return theirs !== undefined && theirs.folder === graphqlSeenFrom(from, "cardea")?.folder;
}

/** The copy a dependency gets; `undefined` when the dependency is not installed. */
function graphqlOf(name: string, from: string): GraphqlCopy | undefined {
  const entry = resolved(from, name);
  return entry === undefined ? undefined : graphqlSeenFrom(entry, name);
}

function graphqlSeenFrom(from: string, usedBy: string): GraphqlCopy | undefined {
  const entry = resolved(from, "graphql");
  if (entry === undefined) return undefined;
  // The manifest is looked for from the entry, since a package with `exports` need not export it.
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, "utf8")) as {
      readonly name?: unknown;
      readonly version?: unknown;
    }; // what npm installed
    if (name === "graphql") return { usedBy, folder, version: String(version) };
  }
  return undefined;
}

function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 16 && minor !== undefined && minor >= OLDEST_MINOR_OF_16;
}
