import {
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import type { Denial, DenialView } from "../../../authorization/authorizer.js";
import type { CollectedField, FieldCollector, IsTrue } from "../../../graphql/collect-fields.js";
import type { WireNames } from "../../plan/wire-names.js";
import type { JsonObject, JsonValue } from "../../result/json.js";
import { own } from "../../result/json.js";
import type { ResponsePath } from "../../result/paths.js";
import { interfaceWithoutObjectType } from "./interface-without-object-type.js";
import { leafCheck } from "./leaf.js";

/** The fields that the gateway answers itself, `__schema` and `__type`: complete values by response key. */
export type GatewayFields = ReadonlyMap<string, unknown>;

export interface ProjectionInput {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  readonly selectionSet: SelectionSetNode;
  readonly collector: FieldCollector;
  readonly names: WireNames;
  readonly isTrue: IsTrue;
  /** Is a possible type of this abstract type hidden by the API schema? Then the runtime type must be known. */
  readonly hidesTypes: (abstractType: string) => boolean;
  readonly denials: DenialView | undefined;
  /** Called once for each denied place, in response order. */
  readonly onDenied: (denial: Denial, path: ResponsePath) => void;
  /** Reports an invalid value at a client path, only if no other error explains the null. */
  readonly onInvalid: (message: string, path: ResponsePath) => void;
  /** Root response keys that the gateway answers. */
  readonly gatewayFields: GatewayFields;
}

/** Signals a null at a non-null position: the parent becomes null. */
const PROPAGATE = Symbol("propagate");
type Completed = JsonValue | typeof PROPAGATE;

/**
 * Completes the answer for the *original* operation on the API schema (GraphQL §6.4.3). It is a simple interpreter,
 * used whenever something was denied, failed or is invalid. Fields that were not selected are dropped.
 *
 * @returns the response's `data`
 */
export const project = (input: ProjectionInput, data: JsonObject): JsonObject | null => {
  const completed = completeObject(input, input.rootType, [input.selectionSet], data, []);
  return completed === PROPAGATE ? null : (completed as JsonObject | null);
};

const completeObject = (
  input: ProjectionInput,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
  source: JsonObject,
  path: ResponsePath,
): Completed => {
  const result: JsonObject = {};
  for (const field of input.collector.collect(selectionSets, type, input.isTrue)) {
    const value = completeField(input, type, field, source, [...path, field.responseKey]);
    if (value === PROPAGATE) return PROPAGATE;
    setOwn(result, field.responseKey, value);
  }
  return result;
};

/** `result["__proto__"] = …` would set a prototype and lose the field. */
export const setOwn = (object: JsonObject, key: string, value: JsonValue): void => {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
};

const completeField = (
  input: ProjectionInput,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: CollectedField,
  source: JsonObject,
  path: ResponsePath,
): Completed => {
  if (field.name === "__typename") return parent.name;
  if (path.length === 1 && input.gatewayFields.has(field.responseKey)) {
    return input.gatewayFields.get(field.responseKey) as JsonValue;
  }
  const definition = Object.hasOwn(parent.getFields(), field.name)
    ? parent.getFields()[field.name]
    : undefined;
  // Validation ensures that the schema has the field. If it does not, nothing is shown.
  if (definition === undefined) return null;
  const denial = deniedField(input.denials, field.nodes, parent.name);
  if (denial !== undefined) {
    input.onDenied(denial, path);
    return isNonNullType(definition.type) ? PROPAGATE : null;
  }
  const first = field.nodes[0];
  const value = first === undefined ? undefined : own(source, input.names.keyOf(first));
  return complete(input, definition.type, { parent: parent.name, nodes: field.nodes }, value, path);
};

interface Position {
  readonly parent: string;
  readonly nodes: readonly FieldNode[];
}

const deniedField = (
  denials: DenialView | undefined,
  nodes: readonly FieldNode[],
  parent: string,
): Denial | undefined => {
  for (const node of nodes) {
    const denial = denials?.field(node, parent);
    if (denial !== undefined) return denial;
  }
  return undefined;
};

const complete = (
  input: ProjectionInput,
  type: GraphQLOutputType,
  position: Position,
  value: JsonValue | undefined,
  path: ResponsePath,
): Completed => {
  if (isNonNullType(type)) {
    const completed = complete(input, type.ofType, position, value, path);
    if (completed !== null) return completed;
    if (value === null) {
      input.onInvalid(`null where ${String(type)} is declared`, path);
    }
    return PROPAGATE;
  }
  // This needs an error: the subgraph did not return the field, or no subgraph could be called.
  if (value === undefined) return invalid(input, `no value where ${String(type)} was requested`, path);
  if (value === null) return null;
  if (isListType(type)) {
    if (!Array.isArray(value)) return invalid(input, "not a list where a list is declared", path);
    const items: JsonValue[] = [];
    for (let index = 0; index < value.length; index += 1) {
      const item = complete(input, type.ofType, position, value[index], [...path, index]);
      if (item === PROPAGATE) return null;
      items.push(item);
    }
    return items;
  }
  if (!isCompositeType(type)) {
    return leafCheck(type)(value) ? value : invalid(input, `not a valid ${type.name}`, path);
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    return invalid(input, `not an object where ${type.name} is declared`, path);
  }
  const completed = completeComposite(input, type, position, value as JsonObject, path);
  return completed === PROPAGATE ? null : completed;
};

const completeComposite = (
  input: ProjectionInput,
  type: Exclude<ReturnType<GraphQLSchema["getType"]>, undefined>,
  position: Position,
  value: JsonObject,
  path: ResponsePath,
): Completed => {
  const selectionSets = position.nodes.flatMap((node) => node.selectionSet ?? []);
  if (isObjectType(type)) {
    const denied = deniedPosition(input, position, type.name, path);
    return denied === undefined ? completeObject(input, type, selectionSets, value, path) : denied;
  }
  const typeName = own(value, "__typename");
  const runtimeType = typeof typeName === "string" ? input.schema.getType(typeName) : undefined;
  if (isObjectType(runtimeType) && isAbstractType(type) && input.schema.isSubType(type, runtimeType)) {
    const denied = deniedPosition(input, position, runtimeType.name, path);
    return denied === undefined ? completeObject(input, runtimeType, selectionSets, value, path) : denied;
  }
  // The API schema has no such runtime type: it is hidden by `@inaccessible`, the object is an interface object, or no
  // fetch requested the type.
  const named = typeof typeName === "string" ? typeName : undefined;
  // A hidden type has guards like any other, and a denial of another type must not reveal it.
  const denied = deniedPosition(input, position, named, path);
  if (denied !== undefined) return denied;
  const shown = interfaceWithoutObjectType(input.schema, type, typeName);
  if (
    shown !== undefined &&
    !input.hidesTypes(shown.name) &&
    input.collector.isUniform(selectionSets, shown)
  ) {
    return completeObject(input, shown, selectionSets, value, path);
  }
  return invalid(input, "an object of unknown type", path);
};

const deniedPosition = (
  input: ProjectionInput,
  position: Position,
  runtimeType: string | undefined,
  path: ResponsePath,
): null | undefined => {
  for (const node of position.nodes) {
    const denial = input.denials?.position(node, position.parent, runtimeType);
    if (denial === undefined) continue;
    input.onDenied(denial, path);
    return null;
  }
  return undefined;
};

const invalid = (input: ProjectionInput, message: string, path: ResponsePath): null => {
  input.onInvalid(message, path);
  return null;
};
