import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Problem } from "../domain/errors.js";

/** The copy of the `graphql` package that a package imports. */
export interface GraphqlCopy {
  readonly usedBy: string;
  readonly folder: string;
  readonly version: string;
}

/** Our dependencies that import `graphql`; a test compares this list with their manifests. */
export const GRAPHQL_USERS: readonly string[] = [
  "@apollo/server",
  "@graphql-tools/utils",
  "@theguild/federation-composition",
  "graphql-scalars",
  "type-graphql",
];

const ALLOWED = "one copy of graphql for all packages, 16.11.0 or later and below 17";
const OLDEST_MINOR_OF_16 = 11;

/**
 * Checks that the installed `graphql` is supported and that there is only one copy. A schema of one copy does not work
 * with another ("another realm"), and a later major version behaves differently. Both are refused before the start.
 *
 * @param from - resolve packages as this file would
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
    "run `npm ls graphql` to see which package installs the second copy; remove it, or its lines in the lockfile, and install again",
  );
}

/** Is this package installed, and does it use the same copy of `graphql` as we do? */
export function sharesGraphql(name: string, from: string = import.meta.url): boolean {
  const theirs = graphqlOf(name, from);
  return theirs !== undefined && theirs.folder === graphqlSeenFrom(from, "cardea")?.folder;
}

/** The copy that a dependency imports; `undefined` when the dependency is not installed. */
function graphqlOf(name: string, from: string): GraphqlCopy | undefined {
  const entry = resolved(from, name);
  return entry === undefined ? undefined : graphqlSeenFrom(entry, name);
}

function graphqlSeenFrom(from: string, usedBy: string): GraphqlCopy | undefined {
  const entry = resolved(from, "graphql");
  if (entry === undefined) return undefined;
  // Search upward from the entry file: a package with `exports` may not export its manifest.
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
