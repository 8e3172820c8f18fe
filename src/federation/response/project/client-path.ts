import {
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../../result/json.js";
import type { ResponsePath } from "../../result/paths.js";
import type { ProjectionInput } from "./project.js";

type Selected = Pick<
  ProjectionInput,
  "schema" | "rootType" | "selectionSet" | "collector" | "names" | "isTrue"
>;

/** A place on an error's path, and the remaining keys of the path. */
interface Passed {
  readonly place: Place;
  readonly shown: ResponsePath;
  readonly value: JsonValue | undefined;
  readonly rest: readonly string[];
}

/**
 * The paths at which the client sees an error of a subgraph. An error about an input of `@requires` that the client did
 * not select is reported at the fields that are null without it (GraphQL §7.1.2), or at the object if there are none.
 *
 * @param requires - `Type.field` → paths of its inputs
 * @returns none when the error is about no field of this operation
 */
export const clientPaths = (
  input: Selected & Pick<ProjectionInput, "denials">,
  data: JsonObject,
  path: ResponsePath,
  requires: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ResponsePath[] => {
  const passed: Passed[] = [];
  const shown = clientPath(input, data, path, passed);
  if (shown === undefined) return [];
  if (requires.size === 0 || shown.length === path.length) return [shown];
  for (const at of passed.reverse()) {
    const dependants = nullFor(input, at, requires);
    if (dependants.length > 0) return dependants;
  }
  return [shown];
};

/** The selected fields that are null and require the field at the end of the error's path. */
const nullFor = (
  input: Selected & Pick<ProjectionInput, "denials">,
  { place, shown, value, rest }: Passed,
  requires: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ResponsePath[] => {
  const failed = rest.join(".");
  /** The error is about this input, an object that contains it, or a field inside it. */
  const isFailed = (one: string): boolean =>
    one === failed || one.startsWith(`${failed}.`) || failed.startsWith(`${one}.`);
  return runtimeTypes(input, place.type, value).flatMap((type) =>
    input.collector.collect(place.sets, type, input.isTrue).flatMap(({ responseKey, name, nodes }) => {
      const inputs = requires.get(`${type.name}.${name}`);
      if (inputs === undefined || ![...inputs].some(isFailed)) return [];
      if (nodes.some((node) => input.denials?.field(node, type.name) !== undefined)) return [];
      const [first] = nodes;
      const found = isJsonObject(value) && first !== undefined ? own(value, input.names.keyOf(first)) : null;
      return found === null || found === undefined ? [[...shown, responseKey]] : [];
    }),
  );
};

/**
 * Converts a path of wire keys to the client's response keys.
 *
 * A subgraph may report errors of fields that the client did not select. For a key or an input of `@requires` the path
 * ends at the object that needs it. A field that is selected only on other runtime types (look-ups of interface objects
 * request the fields of all of them) is ignored.
 *
 * @param passed - receives the objects along the path
 * @returns `undefined` when the error is about no field of this operation
 */
const clientPath = (
  input: Selected,
  data: JsonObject,
  path: ResponsePath,
  passed: Passed[],
): ResponsePath | undefined => {
  const shown: (string | number)[] = [];
  let here: Place = { type: input.rootType, sets: [input.selectionSet] };
  // The same path, if every object along it had another of its possible types.
  let elsewhere: readonly Place[] = [here];
  let value: JsonValue | undefined = data;
  for (const [index, key] of path.entries()) {
    if (typeof key === "number") {
      shown.push(key);
      value = Array.isArray(value) ? value[key] : undefined;
      continue;
    }
    if (here.sets.length === 0) {
      // Inside a custom scalar the client receives all keys unchanged.
      shown.push(key);
      continue;
    }
    const rest = path.slice(index).filter((one) => typeof one === "string");
    passed.push({ place: here, shown: [...shown], value, rest });
    const [found] = step(input, runtimeTypes(input, here.type, value), here.sets, key);
    elsewhere = elsewhere.flatMap(({ type, sets }) => step(input, possibleTypes(input, type), sets, key));
    if (found === undefined) return elsewhere.length === 0 ? shown : undefined;
    shown.push(found.responseKey);
    here = found;
    value = isJsonObject(value) ? own(value, key) : undefined;
  }
  return shown;
};

interface Place {
  readonly type: GraphQLNamedType;
  readonly sets: readonly SelectionSetNode[];
}

const possibleTypes = ({ schema }: Selected, type: GraphQLNamedType): GraphQLNamedType[] =>
  isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];

const runtimeTypes = (
  input: Selected,
  type: GraphQLNamedType,
  value: JsonValue | undefined,
): GraphQLNamedType[] => {
  const typeName = isAbstractType(type) && isJsonObject(value) ? own(value, "__typename") : undefined;
  const runtimeType = typeof typeName === "string" ? input.schema.getType(typeName) : undefined;
  return isObjectType(runtimeType) ? [runtimeType] : possibleTypes(input, type);
};

/** The places that a key leads to, one for each type that selects it. */
const step = (
  input: Selected,
  types: readonly GraphQLNamedType[],
  sets: readonly SelectionSetNode[],
  key: string,
): readonly (Place & { readonly responseKey: string })[] =>
  types.flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const field = input.collector
      .collect(sets, type, input.isTrue)
      .find(({ nodes: [first] }) => first !== undefined && input.names.keyOf(first) === key);
    if (field === undefined) return [];
    const definition = Object.hasOwn(type.getFields(), field.name) ? type.getFields()[field.name] : undefined;
    return [
      {
        responseKey: field.responseKey,
        type: definition === undefined ? type : getNamedType(definition.type),
        sets: field.nodes.flatMap((node) => node.selectionSet ?? []),
      },
    ];
  });
