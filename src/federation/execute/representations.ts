import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { RequiredSelection, Rewrite } from "../plan/plan.js";
import { compileRead, type Read } from "../result/access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";
import { applyRewrites } from "./rewrites.js";

export interface Represent {
  /** The JSON text of an entity's representation, which is also its key for deduplication; `undefined`: not part of this fetch. */
  readonly text: (entity: JsonObject, isTrue: (variable: string) => boolean) => string | undefined;
  /**
   * The fields that make up the representations of one runtime type, where those are plain: two entities of the type
   * with equal values have equal representations. Known once `text` was asked for one of them.
   */
  readonly plainFields: (typeName: JsonValue | undefined) => readonly Read[] | undefined;
}

type WriteText = Represent["text"];

type IsTrue = (variable: string) => boolean;

/**
 * Compiles `requires` to a function that writes JSON text.
 *
 * An entity is skipped when no type condition matches, or when it lacks a required field (its fetch failed, or it is
 * null although required). An incomplete representation could return another entity's data or an error about internals.
 * The missing fields are reported in the response.
 */
export const compileRepresent = (
  requires: readonly RequiredSelection[],
  inputRewrites: readonly Rewrite[],
  types: TypeConditions,
): Represent => {
  const typeNameRewrites = inputRewrites.flatMap((rewrite) => asTypeNameRewrite(rewrite) ?? []);
  if (typeNameRewrites.length < inputRewrites.length)
    return { text: representCarefully(requires, inputRewrites, types), plainFields: () => undefined };
  const sentNameOf = (typeName: string): string => {
    let sentName = typeName;
    for (const rewrite of typeNameRewrites) {
      if (rewrite.names.some((name) => types.satisfies(typeName, name))) sentName = rewrite.value;
    }
    return sentName;
  };
  const readTypeName = compileRead("__typename");
  const byType = new Map<string, WriteText>();
  const plain = new Map<JsonValue | undefined, readonly Read[]>();
  const compileFor = (typeName: string): WriteText => {
    const head = `{"__typename":${JSON.stringify(sentNameOf(typeName))}`;
    const flat = flatFields(requires, typeName, types);
    if (flat === undefined) {
      return (entity, isTrue) => {
        const written = writeEntity(requires, entity, typeName, isTrue, types);
        return written === undefined ? undefined : `${head}${written}}`;
      };
    }
    if (flat.some(({ outputName }) => types.isSecret(typeName, outputName))) return () => undefined;
    const fields = flat.map(({ name, outputName }) => ({
      name,
      outputName,
      read: compileRead(name),
      head: `,${JSON.stringify(outputName)}:`,
    }));
    if (fields.length > 0) {
      plain.set(
        typeName,
        fields.map(({ read }) => read),
      );
    }
    return (entity) => {
      let text = head;
      for (const field of fields) {
        const value = field.read(entity);
        if (value === undefined || isInexact(value, typeName, field, types)) return undefined;
        text += field.head + JSON.stringify(value);
      }
      return `${text}}`;
    };
  };
  const text: WriteText = (entity, isTrue) => {
    const typeName = readTypeName(entity);
    if (typeof typeName !== "string") return undefined;
    let represent = byType.get(typeName);
    if (represent === undefined) {
      // Type names come from a subgraph, so only names of the schema are cached.
      const isWanted = requires.some(
        (item) => item.kind === "field" || types.satisfies(typeName, item.typeCondition),
      );
      if (!isWanted) return undefined;
      represent = compileFor(typeName);
      byType.set(typeName, represent);
    }
    return represent(entity, isTrue);
  };
  return { text, plainFields: (typeName) => plain.get(typeName) };
};

/** The fields for one runtime type, when they are plain ones without conditions; `undefined` otherwise. */
const flatFields = (
  selections: readonly RequiredSelection[],
  typeName: string,
  types: TypeConditions,
): readonly FieldNames[] | undefined => {
  const fields: FieldNames[] = [];
  for (const selection of selections) {
    if (selection.kind === "field") {
      if (selection.selections !== undefined) return undefined;
      if (selection.outputName !== "__typename") fields.push(selection);
      continue;
    }
    if (!types.satisfies(typeName, selection.typeCondition)) continue;
    if (selection.skipIf !== undefined || selection.includeIf !== undefined) return undefined;
    const inner = flatFields(selection.selections, typeName, types);
    if (inner === undefined) return undefined;
    fields.push(...inner);
  }
  return fields;
};

/** With any rewrites: write, parse, rewrite and write again. */
const representCarefully =
  (
    requires: readonly RequiredSelection[],
    inputRewrites: readonly Rewrite[],
    types: TypeConditions,
  ): WriteText =>
  (entity, isTrue) => {
    const typeName = own(entity, "__typename");
    if (typeof typeName !== "string") return undefined;
    const written = writeEntity(requires, entity, typeName, isTrue, types);
    if (written === undefined) return undefined;
    const object: unknown = JSON.parse(`{"__typename":${JSON.stringify(typeName)}${written}}`);
    if (!isJsonObject(object)) return undefined;
    applyRewrites(object, inputRewrites, types);
    if (holdsSecret(object, types)) return undefined;
    return JSON.stringify(object);
  };

const asTypeNameRewrite = (
  rewrite: Rewrite,
): { readonly names: readonly string[]; readonly value: string } | undefined => {
  const [first, second] = rewrite.path;
  return rewrite.kind === "set" &&
    rewrite.path.length === 2 &&
    first?.kind === "types" &&
    second?.kind === "key" &&
    second.name === "__typename"
    ? { names: first.names, value: rewrite.value }
    : undefined;
};

/** `,"key":value` for each field of an entity; `undefined` when nothing applies to it or a field is missing. */
const writeEntity = (
  selections: readonly RequiredSelection[],
  entity: JsonObject,
  typeName: string,
  isTrue: IsTrue,
  types: TypeConditions,
): string | undefined =>
  selections.some((selection) => applies(selection, typeName, isTrue, types))
    ? writeSelections(selections, entity, typeName, isTrue, types)
    : undefined;

const applies = (
  selection: RequiredSelection,
  typeName: string,
  isTrue: IsTrue,
  types: TypeConditions,
): boolean =>
  selection.kind === "field" ||
  (types.satisfies(typeName, selection.typeCondition) &&
    (selection.skipIf === undefined || !isTrue(selection.skipIf)) &&
    (selection.includeIf === undefined || isTrue(selection.includeIf)) &&
    selection.selections.some((inner) => applies(inner, typeName, isTrue, types)));

/**
 * `,"key":value` for each field; `undefined` when a field is missing. If no fragment applies to an object inside a
 * representation, only its type is sent.
 */
const writeSelections = (
  selections: readonly RequiredSelection[],
  entity: JsonObject,
  typeName: string,
  isTrue: IsTrue,
  types: TypeConditions,
): string | undefined => {
  let text = "";
  for (const selection of selections) {
    if (selection.kind === "fragment") {
      if (!applies(selection, typeName, isTrue, types)) continue;
      const inner = writeSelections(selection.selections, entity, typeName, isTrue, types);
      if (inner === undefined) return undefined;
      text += inner;
      continue;
    }
    if (selection.outputName === "__typename") continue;
    const value = own(entity, selection.name);
    if (value === undefined || isUnfit(value, typeName, selection, types)) return undefined;
    const written = writeValue(selection.selections, value, isTrue, types);
    if (written === undefined) return undefined;
    text += `,${JSON.stringify(selection.outputName)}:${written}`;
  }
  return text;
};

interface FieldNames {
  readonly name: string;
  readonly outputName: string;
}

/**
 * Values that are never sent in a representation: passwords and tokens, which only the client may receive whatever the
 * supergraph declares, and inexact identifiers.
 */
const isUnfit = (value: JsonValue, typeName: string, field: FieldNames, types: TypeConditions): boolean =>
  types.isSecret(typeName, field.outputName) || isInexact(value, typeName, field, types);

const isInexact = (value: JsonValue, typeName: string, field: FieldNames, types: TypeConditions): boolean =>
  value === null
    ? types.isNonNull(typeName, field.outputName)
    : isRounded(value, typeName, field.outputName, types);

/** Has rewriting given a field the name of a secret? */
const holdsSecret = (value: JsonValue, types: TypeConditions): boolean => {
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item, types));
  if (!isJsonObject(value)) return false;
  const typeName = own(value, "__typename");
  return Object.entries(value).some(
    ([name, below]) =>
      types.isSecret(typeof typeName === "string" ? typeName : "", name) ||
      (below !== undefined && holdsSecret(below, types)),
  );
};

/**
 * An `ID` that a subgraph sent as a number too large to be exact. The rounded value may identify another entity, so it is
 * not used for a look-up.
 */
const isRounded = (value: JsonValue, typeName: string, name: string, types: TypeConditions): boolean =>
  (typeof value === "number" && !Number.isSafeInteger(value) && types.isIdentifier(typeName, name)) ||
  (Array.isArray(value) && value.some((item) => isRounded(item, typeName, name, types)));

const writeValue = (
  selections: readonly RequiredSelection[] | undefined,
  value: JsonValue,
  isTrue: IsTrue,
  types: TypeConditions,
): string | undefined => {
  if (selections === undefined || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (const item of value) {
      const written = writeValue(selections, item, isTrue, types);
      if (written === undefined) return undefined;
      items.push(written);
    }
    return `[${items.join(",")}]`;
  }
  if (!isJsonObject(value)) return undefined;
  const typeName = own(value, "__typename");
  const written = writeSelections(
    selections,
    value,
    typeof typeName === "string" ? typeName : "",
    isTrue,
    types,
  );
  const head = typeof typeName === "string" ? `,"__typename":${JSON.stringify(typeName)}` : "";
  return written === undefined ? undefined : `{${(head + written).slice(1)}}`;
};
