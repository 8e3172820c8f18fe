import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { PathStep } from "../plan/plan.js";
import { compileRead } from "./access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "./json.js";
import type { Walk } from "./sharing/shared-objects.js";

export type ResponsePath = readonly (string | number)[];

type Visitor = (object: JsonObject) => void;

/**
 * Calls the visitor for every object at the path, in document order.
 *
 * @param walk - visits shared objects only once, if there are any
 */
export type Collector = (root: JsonObject, visitor: Visitor, walk: Walk | undefined) => void;

type Step = (value: JsonValue | undefined, visitor: Visitor, walk: Walk | undefined) => void;

/**
 * Compiles a flatten path. Lists are entered at every depth, because the planner writes one `@` for a list of lists.
 */
export const compileCollector = (path: readonly PathStep[], types: TypeConditions): Collector => {
  const last: Step = (value, visitor, walk) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) if (walk === undefined || !walk.isPassed(item)) last(item, visitor, walk);
    } else visitor(value as JsonObject);
  };
  return path.reduceRight<Step>((inner, step) => {
    if (step.kind === "list") return inner;
    const enter = stepInto(step, inner, types);
    const here: Step = (value, visitor, walk) => {
      if (typeof value !== "object" || value === null) return;
      if (Array.isArray(value)) {
        for (const item of value) if (walk === undefined || !walk.isPassed(item)) here(item, visitor, walk);
      } else enter(value as JsonObject, visitor, walk);
    };
    return here;
  }, last);
};

const stepInto = (
  step: Exclude<PathStep, { kind: "list" }>,
  inner: Step,
  types: TypeConditions,
): ((object: JsonObject, visitor: Visitor, walk: Walk | undefined) => void) => {
  if (step.kind === "field") {
    const read = compileRead(step.name);
    return (object, visitor, walk) => {
      const value = read(object);
      if (walk === undefined || !walk.isPassed(value)) inner(value, visitor, walk);
    };
  }
  const readTypeName = compileRead("__typename");
  return (object, visitor, walk) => {
    const typeName = readTypeName(object);
    if (typeof typeName !== "string") return;
    if (step.names.some((name) => types.satisfies(typeName, name))) inner(object, visitor, walk);
  };
};

/**
 * Finds the path of each object, as wire keys. It is slow, but runs only after a failure, so that the normal case needs
 * no paths. One object may have several paths.
 */
export const locate = (
  root: JsonObject,
  path: readonly PathStep[],
  types: TypeConditions,
): ReadonlyMap<JsonObject, readonly ResponsePath[]> => {
  const found = new Map<JsonObject, ResponsePath[]>();
  const steps = path.filter((step) => step.kind !== "list");
  const walk = (value: JsonValue | undefined, index: number, at: ResponsePath): void => {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i += 1) walk(value[i], index, [...at, i]);
      return;
    }
    if (!isJsonObject(value)) return;
    const step = steps[index];
    if (step === undefined) {
      const places = found.get(value);
      if (places === undefined) found.set(value, [at]);
      else places.push(at);
      return;
    }
    if (step.kind === "field") {
      walk(own(value, step.name), index + 1, [...at, step.name]);
      return;
    }
    if (step.kind === "types") {
      const typeName = own(value, "__typename");
      if (typeof typeName !== "string") return;
      if (step.names.some((name) => types.satisfies(typeName, name))) walk(value, index + 1, at);
    }
  };
  walk(root, 0, []);
  return found;
};

/** The part of a path before the first list: the path to report for a failure without an index. */
export const staticPrefix = (path: readonly PathStep[]): ResponsePath => {
  const prefix: string[] = [];
  for (const step of path) {
    if (step.kind === "list") break;
    if (step.kind === "field") prefix.push(step.name);
  }
  return prefix;
};
