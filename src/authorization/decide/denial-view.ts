import type { FieldNode, SelectionSetNode } from "graphql";
import { Kind } from "graphql";
import { disjunctiveForm, type Facts, type Requirement, VERDICTS } from "../../domain/requirement.js";
import type { Denial, DenialView, Disclosure } from "../authorizer.js";
import type { Rules } from "../read/rules.js";
import { codeOf, type Judgement, unmetMaxAge } from "./check.js";
import type { Analysis, GuardedSelection } from "./compile.js";
import type { OperationParts } from "./operation.js";
import { overlaps, type TypeSet } from "./type-sets.js";

/** The most alternatives in a challenge (docs/spec/directive.md §5.3). */
export const MAX_ALTERNATIVES = 8;

/** Decides what a denial may reveal beside its code. */
export interface Exposure {
  readonly disclosure: Disclosure;
  /** Is the type part of the client schema? An inaccessible type is never named. */
  readonly isVisible: (typeName: string) => boolean;
}

/** Builds the denial of a selection from its unmet requirements, at the coordinate where it is reported. */
export const denialOf = (
  selection: GuardedSelection,
  judgement: Judgement,
  coordinate: string,
  facts: Facts,
  exposure: Exposure,
): Denial => {
  const unmet = judgement.denied.get(selection.index) ?? [];
  const maxAge = unmetMaxAge(unmet, facts);
  // Scopes are revealed only at disclosure `full`.
  const clauses =
    exposure.disclosure === "full"
      ? disclosable(selection, unmet, judgement, exposure.isVisible).flatMap((one) => one.scopes)
      : [];
  const scopes = disjunctiveForm(clauses, MAX_ALTERNATIVES);
  return {
    code: codeOf(unmet, facts),
    coordinate,
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
};

/** Leaves out requirements of inaccessible types only: the name of a scope could reveal such a type. */
const disclosable = (
  selection: GuardedSelection,
  unmet: readonly Requirement[],
  judgement: Judgement,
  isVisible: Exposure["isVisible"],
): readonly Requirement[] => {
  const places = selection.parts.length === 0 ? [selection] : selection.parts;
  const known = new Set(
    places
      .filter(({ types }) => [...types].some(isVisible))
      .flatMap(({ index }) => judgement.denied.get(index) ?? []),
  );
  return unmet.filter((one) => known.has(one));
};

/** The denial with the highest precedence, for a field that is refused because of fields below it. */
export const worstOf = (denials: readonly Denial[]): Denial | undefined =>
  denials.reduce<Denial | undefined>(
    (worst, one) =>
      worst === undefined || VERDICTS.indexOf(one.code) > VERDICTS.indexOf(worst.code) ? one : worst,
    undefined,
  );

interface ViewInput extends Exposure {
  readonly rules: Rules;
  readonly analysis: Analysis;
  readonly judgement: Judgement;
  readonly facts: Facts;
  /** Root fields refused as a whole (mutations with `relaxMutations`). */
  readonly refusedRoots: ReadonlyMap<FieldNode, Denial>;
}

/** Creates the denials of one request for the projector. A denial is built only when it is queried. */
export const createDenialView = (input: ViewInput): DenialView => {
  const { analysis, judgement, facts, disclosure, rules } = input;
  /** Only `full` names runtime types in coordinates. */
  const mayName = (typeName: string): boolean => disclosure === "full" && input.isVisible(typeName);
  const built = new Map<string, Denial>();
  const touched = new Map<FieldNode, boolean>();

  const denial = (selection: GuardedSelection, coordinate: string): Denial | undefined => {
    if (!judgement.denied.has(selection.index)) return undefined;
    const key = `${selection.index} ${coordinate}`;
    const known = built.get(key) ?? denialOf(selection, judgement, coordinate, facts, input);
    built.set(key, known);
    return known;
  };

  /** Is any field of the object denied on one of its possible types? */
  const isTouched = (node: FieldNode, types: TypeSet): boolean => {
    const known = touched.get(node);
    if (known !== undefined) return known;
    const found = fieldsOf(node.selectionSet, analysis.parts).some((field) => {
      const info = analysis.fields.get(field);
      const guardedSelections = info === undefined ? [] : [...info.guardedSelections, info.whole, info.every];
      return guardedSelections.some(
        (selection) =>
          selection !== undefined &&
          (judgement.denied.has(selection.index) || judgement.removed.has(selection.index)) &&
          overlaps(selection.types, types),
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
      // A type that the schema does not allow here was not authorized, so it is not served.
      if (!info.types.has(runtimeType)) return unlisted(node, info.parent.name);
      if (info.whole !== undefined && judgement.denied.has(info.whole.index)) {
        return denial(info.whole, info.whole.coordinate);
      }
      const coordinate = (selection: GuardedSelection) =>
        mayName(runtimeType) ? `${runtimeType}.${node.name.value}` : selection.coordinate;
      for (const selection of [
        info.guardedSelections.find((one) => one.types.has(runtimeType)),
        info.every,
      ]) {
        const found = selection === undefined ? undefined : denial(selection, coordinate(selection));
        if (found !== undefined) return found;
      }
      return undefined;
    },
    position: (node, _parentRuntimeType, reported) => {
      const info = analysis.fields.get(node);
      if (info === undefined || info.below.size === 0) return undefined;
      const runtimeType = reported ?? interfaceAlone(rules, info.below);
      if (runtimeType !== undefined && info.below.has(runtimeType)) {
        const selection = info.positions.find((one) => one.types.has(runtimeType));
        if (selection === undefined) return undefined;
        return denial(selection, mayName(runtimeType) ? runtimeType : selection.coordinate);
      }
      // The concrete type is unknown (@interfaceObject), so the worst case is assumed.
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

/** An unimplemented interface that is the only possible type: subgraphs return no other type there. */
const interfaceAlone = (rules: Rules, types: TypeSet): string | undefined => {
  const [only] = types.size === 1 ? types : [];
  return only !== undefined && rules.types.get(only)?.kind === "interface" ? only : undefined;
};

/** The fields selected on an object, including those in fragments, without the fields below them. */
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
