import type { Problem } from "../domain/errors.js";
import type { References } from "./references.js";
import type { ParsedConfig } from "./schema.js";

/** The source of the supergraph. */
export type GraphSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "subgraphs"; readonly subgraphs: readonly SubgraphSource[] };

export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  /** Absolute path of its SDL file. Absent: the SDL is queried with `_service { sdl }`. */
  readonly sdlPath?: string;
}

export const isUrl = (value: string): boolean => /^https?:\/\//i.test(value);

/** Reads either `supergraph` or `subgraphs`. Problems are added to `problems`, not thrown. */
export function graphSource(
  supergraph: string | undefined,
  subgraphs: ParsedConfig["subgraphs"],
  references: References,
  problems: Problem[],
): GraphSource {
  if (supergraph !== undefined && subgraphs !== undefined) {
    problems.push({
      kind: "CONFLICTING_SETTINGS",
      where: "supergraph",
      found: "supergraph and subgraphs",
      allowed: "one of them: a composed supergraph, or subgraphs to compose at start",
      fix: "remove one of them",
    });
  }
  if (supergraph !== undefined) {
    return isUrl(supergraph)
      ? { kind: "url", url: supergraph }
      : { kind: "file", path: references.path(supergraph) };
  }
  if (subgraphs === undefined) {
    problems.push({
      kind: "MISSING_SETTING",
      where: "supergraph",
      found: "nothing",
      allowed: "a supergraph file or URL, or a list of subgraphs",
      fix: "set supergraph or subgraphs, or use --supergraph FILE",
    });
  }
  const seen = new Set<string>();
  for (const { name } of subgraphs ?? []) {
    if (seen.has(name)) {
      problems.push({
        kind: "DUPLICATE_NAME",
        where: "subgraphs",
        found: `two subgraphs named ${name}`,
        allowed: "unique names",
        fix: "rename one",
      });
    }
    seen.add(name);
  }
  return {
    kind: "subgraphs",
    subgraphs: (subgraphs ?? []).map(({ name, url, sdl }) => ({
      name,
      url,
      ...(sdl === undefined ? {} : { sdlPath: references.path(sdl) }),
    })),
  };
}
