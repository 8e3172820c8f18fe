import type { FieldNode, SelectionSetNode } from "graphql";
import { Kind } from "graphql";
import { disjunctiveForm, type Facts, type Requirement, VERDICTS } from "../../domain/requirement.js";
import type { Denial, DenialView, Disclosure } from "../authorizer.js";
import type { Rules } from "../read/rules.js";
import { codeOf, type Judgement, unmetMaxAge } from "./check.js";
import type { Analysis, Cell } from "./compile.js";
import type { OperationParts } from "./operation.js";
import { overlaps, type TypeSet } from "./type-sets.js";

/** The most alternatives in a challenge (docs/spec/directive.md §5.3). */
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
  const touched = new Map<FieldNode, boolean>();

  const denial = (cell: Cell, coordinate: string): Denial | undefined => {
    if (!judgement.denied.has(cell.index)) return undefined;
    const key = `${cell.index} ${coordinate}`;
    const known = built.get(key) ?? denialOf(cell, judgement, coordinate, facts, input);
    built.set(key, known);
    return known;
  };

  /** Is anything selected on the object itself denied on a type that can stand there? */
  const isTouched = (node: FieldNode, types: TypeSet): boolean => {
    const known = touched.get(node);
    if (known !== undefined) return known;
    const found = fieldsOf(node.selectionSet, analysis.parts).some((field) => {
      const info = analysis.fields.get(field);
      const cells = info === undefined ? [] : [...info.cells, info.whole, info.every];
      return cells.some(
        (cell) =>
          cell !== undefined &&
          (judgement.denied.has(cell.index) || judgement.removed.has(cell.index)) &&
          overlaps(cell.types, types),
      );
    });
    touched.set(node, found);
    return found;
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
    position: (node, _parentRuntimeType, reported) => {
      const info = analysis.fields.get(node);
      if (info === undefined || info.below.size === 0) return undefined;
      const runtimeType = reported ?? interfaceAlone(rules, info.below);
      if (runtimeType !== undefined && info.below.has(runtimeType)) {
        const cell = info.positions.find((one) => one.types.has(runtimeType));
        if (cell === undefined) return undefined;
        return denial(cell, mayName(runtimeType) ? runtimeType : cell.coordinate);
      }
      // Nobody who knows the concrete type has established it (@interfaceObject), so the worst is assumed.
      const closed = info.positions.some((one) => judgement.denied.has(one.index));
      if (!closed && !isTouched(node, info.below)) return undefined;
      const worst = worstOf(info.positions.flatMap((one) => denial(one, one.coordinate) ?? []));
      return worst ?? unlisted(node, info.parent.name);
    },
  };

  function unlisted(node: FieldNode, parent: string): Denial {
    const code = facts.principal.kind === "user" ? "FORBIDDEN" : "UNAUTHENTICATED";
    return { code, coordinate: `${rules.types.has(parent) ? parent : "?"}.${node.name.value}` };
  }
};

/** The one interface nobody implements, where nothing else can stand: nobody is asked for a type there. */
const interfaceAlone = (rules: Rules, types: TypeSet): string | undefined => {
  const [only] = types.size === 1 ? types : [];
  return only !== undefined && rules.types.get(only)?.kind === "interface" ? only : undefined;
};

/** The fields selected on an object, those in fragments as well; not what is selected below them. */
const fieldsOf = (
  set: SelectionSetNode | undefined,
  parts: OperationParts,
  entered = new Set<string>(),
): readonly FieldNode[] =>
  (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, parts, entered);
    const name = selection.name.value;
    if (entered.has(name)) return [];
    entered.add(name);
    return fieldsOf(parts.fragments.get(name)?.selectionSet, parts, entered);
  });
