import { parse, print } from "graphql";
import { type ReadGuardsOptions, readGuards } from "../read/guards.js";
import type { Rules } from "../read/rules.js";

/** A document in which guards are written: a subgraph's SDL, or the supergraph's. */
export interface GuardSource {
  readonly name: string;
  readonly sdl: string;
}

/** One guard as somebody wrote it. */
export interface GuardOrigin {
  readonly source: string;
  readonly coordinate: string;
  /** Line of the directive in that document, from 1. */
  readonly line: number;
  readonly directive: string;
}

/** Coordinate → the guards written there, over all documents. Unreadable documents were refused earlier. */
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

/** Coordinates whose guards a field of a type answers to: inherited, returned and consumed ones included. */
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
