import { type FieldNode, Kind, parse } from "graphql";
import { FaultError } from "../../domain/errors.js";
import { allOf, OPEN, type Requirement } from "../../domain/requirement.js";
import { responseKey } from "../../graphql/documents.js";
import type { PlannableOperation } from "../authorizer.js";
import { type Analysis, analyse, type CompileContext, type FieldInfo } from "./compile.js";
import { ALWAYS, type Includes } from "./conditions.js";
import { operationParts } from "./operation.js";

/** What was granted to every caller with the same plannable document and the same condition values. */
export interface Grants {
  /** Guarded `Type.field`, and every `Type.field(argument:)`, in the document. */
  readonly granted: ReadonlySet<string>;
  /** The conjunction of the requirements of these selections. Every such caller satisfies it. */
  readonly held: Requirement;
}

/** Reads the grants from the document only. A selection that its conditions exclude grants nothing. */
export const grantsOf = (
  context: CompileContext,
  { text }: Pick<PlannableOperation, "text">,
  includes: Includes,
): Grants => {
  const { rules } = context;
  const granted = new Set<string>();
  const held = new Set<number>();
  for (const [node, { types, guardedSelections }] of analysisOf(context, text, includes).fields) {
    for (const selection of guardedSelections) {
      for (const id of [...selection.demands, ...selection.parents]) held.add(id);
      for (const type of selection.types) granted.add(`${type}.${node.name.value}`);
    }
    for (const { name } of node.arguments ?? []) {
      for (const type of types) granted.add(argumentCoordinate(type, node.name.value, name.value));
    }
  }
  return { granted, held: allOf([OPEN, ...[...held].map((id) => rules.requirements[id] ?? OPEN)]) };
};

export const argumentCoordinate = (type: string, field: string, argument: string): string =>
  `${type}.${field}(${argument}:)`;

/**
 * Checks once per rewritten document that it contains no removed selection. The grants of a plan are read from this
 * document, so an error of the rewriting must be detected here.
 *
 * @throws FaultError `INTERNAL_SERVER_ERROR` naming the coordinate
 */
export const assertRemoved = (
  context: CompileContext,
  analysis: Analysis,
  removed: ReadonlySet<number>,
  rewritten: Pick<PlannableOperation, "text">,
): void => {
  if (removed.size === 0) return;
  const left = new Map<string, Set<string>>();
  for (const [node, { types }] of analysisOf(context, rewritten.text, ALWAYS).fields) {
    const known = left.get(selectionOf(node)) ?? new Set();
    for (const type of types) known.add(type);
    left.set(selectionOf(node), known);
  }
  // A selection may be removed in one place and stay in another.
  const granted = new Map<string, Set<string>>();
  const denied = new Map<string, Set<string>>();
  for (const [node, info] of analysis.fields) {
    const selection = selectionOf(node);
    if (!left.has(selection)) continue;
    const removedHere = removedTypes(info, removed);
    for (const type of info.types) {
      const of = removedHere.has(type) ? denied : granted;
      of.set(selection, (of.get(selection) ?? new Set()).add(type));
    }
  }
  for (const [selection, types] of left) {
    for (const type of types) {
      if (denied.get(selection)?.has(type) !== true || granted.get(selection)?.has(type) === true) continue;
      const field = selection.slice(0, selection.indexOf(" "));
      throw new FaultError(
        "INTERNAL_SERVER_ERROR",
        `the plannable document contains ${type}.${field}, which was denied`,
      );
    }
  }
};

/** A field may be denied with an argument and granted without it; the response key distinguishes the two. */
const selectionOf = (node: FieldNode): string => `${node.name.value} ${responseKey(node)}`;

const removedTypes = (info: FieldInfo, removed: ReadonlySet<number>): ReadonlySet<string> => {
  for (const selection of [info.whole, info.every]) {
    if (selection !== undefined && removed.has(selection.index)) return info.types;
  }
  return new Set(
    info.guardedSelections.flatMap((selection) => (removed.has(selection.index) ? [...selection.types] : [])),
  );
};

/** Parses the text again: a rewritten document may contain one node object several times, but an analysis needs unique nodes. */
const analysisOf = (context: CompileContext, text: string, includes: Includes): Analysis => {
  const document = parse(text, { noLocation: true });
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) {
    throw new FaultError("INTERNAL_SERVER_ERROR", "a plannable document without an operation");
  }
  const whole = { ...context, apiSchema: context.fullSchema };
  return analyse(whole, operationParts(document, operation), false, includes);
};
