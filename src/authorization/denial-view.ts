import type { FieldNode } from "graphql";
import { disjunctiveForm, type Facts, type Requirement, VERDICTS } from "../domain/requirement.js";
import type { Denial, DenialView } from "./authorizer.js";
import type { Disclosure } from "./challenge.js";
import { codeOf, type Judgement, unmetMaxAge } from "./check.js";
import type { Analysis, Cell } from "./compile.js";
import type { Rules } from "./rules.js";
import { overlaps, type TypeSet } from "./type-sets.js";

/** Alternatives told to a client at most (auth-directive §5). */
export const MAX_ALTERNATIVES = 8;

/** What a denial may report beside its code. */
export interface Telling {
  readonly disclosure: Disclosure;
  /** May clients know of this type at all? An inaccessible one is named at no disclosure level. */
  readonly isVisible: (typeName: string) => boolean;
}

/** What the unmet requirements of a denied selection amount to, at the place where it is reported. */
export const denialOf = (
  cell: Cell,
  judgement: Judgement,
  coordinate: string,
  facts: Facts,
  telling: Telling,
): Denial => {
  const unmet = judgement.denied.get(cell.index) ?? [];
  const maxAge = unmetMaxAge(unmet, facts);
  // Worked out only where it may be told.
  const clauses =
    telling.disclosure === "full"
      ? tellable(cell, unmet, judgement, telling.isVisible).flatMap((one) => one.scopes)
      : [];
  const scopes = disjunctiveForm(clauses, MAX_ALTERNATIVES);
  return {
    code: codeOf(unmet, facts),
    coordinate,
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
};

/** Without what only types ask for that clients do not know: a scope's name would tell of them. */
const tellable = (
  cell: Cell,
  unmet: readonly Requirement[],
  judgement: Judgement,
  isVisible: Telling["isVisible"],
): readonly Requirement[] => {
  const places = cell.parts.length === 0 ? [cell] : cell.parts;
  const known = new Set(
    places
      .filter(({ types }) => [...types].some(isVisible))
      .flatMap(({ index }) => judgement.denied.get(index) ?? []),
  );
  return unmet.filter((one) => known.has(one));
};

/** Several denials as one, by precedence: for a place refused because of what lies below it. */
export const worstOf = (denials: readonly Denial[]): Denial | undefined =>
  denials.reduce<Denial | undefined>(
    (worst, one) =>
      worst === undefined || VERDICTS.indexOf(one.code) > VERDICTS.indexOf(worst.code) ? one : worst,
    undefined,
  );

interface ViewInput extends Telling {
  readonly rules: Rules;
  readonly analysis: Analysis;
  readonly judgement: Judgement;
  readonly facts: Facts;
  /** Root fields refused as a whole (mutations with `relaxMutations`). */
  readonly refusedRoots: ReadonlyMap<FieldNode, Denial>;
}

/** Answers the projector's questions for one request; denials are built only where one is met. */
export const createDenialView = (input: ViewInput): DenialView => {
  const { analysis, judgement, facts, disclosure, rules } = input;
  /** Only `full` names runtime types in coordinates. */
  const mayName = (typeName: string): boolean => disclosure === "full" && input.isVisible(typeName);
  const built = new Map<string, Denial>();
  let touched: TypeSet | undefined;

  const denial = (cell: Cell, coordinate: string): Denial | undefined => {
    if (!judgement.denied.has(cell.index)) return undefined;
    const key = `${cell.index} ${coordinate}`;
    const known = built.get(key) ?? denialOf(cell, judgement, coordinate, facts, input);
    built.set(key, known);
    return known;
  };

  /** Runtime types on which anything of this operation is denied. */
  const deniedTypes = (): TypeSet => {
    if (touched !== undefined) return touched;
    const types = new Set<string>();
    for (const cell of analysis.cells) {
      if (!judgement.denied.has(cell.index) && !judgement.removed.has(cell.index)) continue;
      for (const type of cell.types) types.add(type);
    }
    touched = types;
    return types;
  };

  return {
    field: (node, runtimeType) => {
      const refused = input.refusedRoots.get(node);
      if (refused !== undefined) return refused;
      const info = analysis.fields.get(node);
      if (info === undefined) return undefined;
      // A type the schema does not allow here was never judged, and so is not served.
      if (!info.types.has(runtimeType)) return unlisted(node, info.parent.name);
      if (info.whole !== undefined && judgement.denied.has(info.whole.index)) {
        return denial(info.whole, info.whole.coordinate);
      }
      const coordinate = (cell: Cell) =>
        mayName(runtimeType) ? `${runtimeType}.${node.name.value}` : cell.coordinate;
      for (const cell of [info.cells.find((one) => one.types.has(runtimeType)), info.every]) {
        const found = cell === undefined ? undefined : denial(cell, coordinate(cell));
        if (found !== undefined) return found;
      }
      return undefined;
    },
    position: (node, _parentRuntimeType, runtimeType) => {
      const info = analysis.fields.get(node);
      if (info === undefined || info.below.size === 0) return undefined;
      if (runtimeType !== undefined && info.below.has(runtimeType)) {
        const cell = info.positions.find((one) => one.types.has(runtimeType));
        if (cell === undefined) return undefined;
        return denial(cell, mayName(runtimeType) ? runtimeType : cell.coordinate);
      }
      // Nobody who knows the concrete type has established it (@interfaceObject), so the worst is assumed.
      const closed = info.positions.some((one) => judgement.denied.has(one.index));
      if (!closed && !overlaps(info.below, deniedTypes())) return undefined;
      const worst = worstOf(info.positions.flatMap((one) => denial(one, one.coordinate) ?? []));
      return worst ?? unlisted(node, info.parent.name);
    },
  };

  function unlisted(node: FieldNode, parent: string): Denial {
    const code = facts.principal.kind === "user" ? "FORBIDDEN" : "UNAUTHENTICATED";
    return { code, coordinate: `${rules.types.has(parent) ? parent : "?"}.${node.name.value}` };
  }
};
