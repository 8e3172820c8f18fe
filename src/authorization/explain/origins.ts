import { parse, print } from "graphql";
import { type ReadGuardsOptions, readGuards } from "../read/guards.js";
import type { Rules } from "../read/rules.js";
import type { GuardOrigin } from "./guard-origin.js";

/** A document with guards: the SDL of a subgraph or of the supergraph. */
export interface GuardSource {
  readonly name: string;
  readonly sdl: string;
}

/** Coordinate → the guards declared there, in all documents. Unreadable documents were refused earlier. */
export const originsByCoordinate = (
  sources: readonly GuardSource[],
  reading: ReadGuardsOptions,
): ReadonlyMap<string, readonly GuardOrigin[]> => {
  const found = new Map<string, GuardOrigin[]>();
  for (const { name, sdl } of sources) {
    for (const { coordinate, node } of readGuards(parse(sdl), reading).applications) {
      const line = node.loc?.startToken.line ?? 0;
      const origins = found.get(coordinate) ?? [];
      origins.push({ source: name, coordinate, line, directive: print(node) });
      found.set(coordinate, origins);
    }
  }
  return found;
};

/** Coordinates whose guards apply to a field, including inherited guards, those of its return type and `@requires` inputs. */
export const contributingCoordinates = (rules: Rules, type: string, field: string): readonly string[] => {
  const found = new Set<string>();
  const visit = (owner: string, name: string): void => {
    const coordinate = `${owner}.${name}`;
    if (found.has(coordinate)) return;
    const rule = rules.types.get(owner)?.fields.get(name);
    if (rule === undefined) return;
    for (const one of lineage(rules, owner)) found.add(`${one}.${name}`);
    for (const one of lineage(rules, rule.type)) found.add(one);
    for (const consumed of rule.consumes) {
      const dot = consumed.indexOf(".");
      visit(consumed.slice(0, dot), consumed.slice(dot + 1));
    }
  };
  visit(type, field);
  return [...lineage(rules, type), ...found].filter((one) => rules.guards.has(one));
};

/** The type itself and every interface whose guards it inherits. */
export const lineage = (rules: Rules, type: string): readonly string[] => [
  type,
  ...(rules.types.get(type)?.interfaces ?? []),
];
