import type { DocumentNode } from "graphql";
import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { BatchFetchNode, FetchNode, PathStep } from "../plan/plan.js";
import { type JsonValue, own } from "../result/json.js";
import { compileCollector, locate, type ResponsePath, staticPrefix } from "../result/paths.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import type { SubgraphAnswer, SubgraphError } from "../result/subgraph-answer.js";
import { asIs, errorDetails, type FetchContext, keysOfRenames, withoutText } from "./fetch-root.js";
import { type CompiledField, type EntityField, type Gathered, gather } from "./gather.js";
import { selectionAt } from "./readers.js";
import { compileRepresent } from "./representations.js";
import { compileRequest } from "./request.js";
import { requestedKeys } from "./requested-keys.js";
import { applyRewrites } from "./rewrites.js";
import type { ExecutionState, Run } from "./state.js";
import { compileTakeEntity } from "./take-entity.js";
import { compileDropBelow, compileDropUnrequested } from "./unrequested.js";

/** An error at more places than this is reported once, at the nearest path without a list index. */
const PLACES_NAMED = 20;

/** An entity look-up at one path. */
export const compileEntityFetch = (
  node: FetchNode,
  path: readonly PathStep[],
  context: FetchContext,
  mustCopy: boolean,
): Run =>
  compileFields(node, context, [
    {
      responseKey: "_entities",
      variable: "representations",
      paths: [path],
      requires: node.requires ?? [],
      inputRewrites: node.inputRewrites,
      outputRewrites: node.outputRewrites,
      mustCopy,
    },
  ]);

/** Several entity look-ups of one subgraph in one request. */
export const compileBatchFetch = (
  node: BatchFetchNode,
  context: FetchContext,
  mustCopy: (path: readonly PathStep[]) => boolean,
): Run =>
  compileFields(
    node,
    context,
    node.aliases.map((alias) => ({
      responseKey: alias.alias,
      variable: alias.variable,
      paths: alias.paths,
      requires: alias.requires,
      inputRewrites: alias.inputRewrites,
      outputRewrites: alias.outputRewrites,
      mustCopy: alias.paths.some(mustCopy),
    })),
  );

const compileField = (field: EntityField, document: DocumentNode, context: FetchContext): CompiledField => {
  const { types } = context;
  const requested = requestedKeys(document, selectionAt(document, field.responseKey));
  const view = context.readers.at(field.paths);
  // `take` uses only requested keys, but a rename could turn another key into a requested one.
  const compileDrop = field.outputRewrites.length > 0 ? compileDropUnrequested : compileDropBelow;
  return {
    field,
    variableHead: `${JSON.stringify(field.variable)}:[`,
    collectors: field.paths.map((path) => compileCollector(path, types)),
    represent: compileRepresent(field.requires, field.inputRewrites, types),
    entity: compileTakeEntity(
      requested,
      keysOfRenames(field),
      (mine) => compileDrop(mine, view, types),
      types,
    ),
  };
};

const compileFields = (
  node: FetchNode | BatchFetchNode,
  context: FetchContext,
  fields: readonly EntityField[],
): Run => {
  const { types } = context;
  const document = context.parseFetch(node.operation);
  const compiled = fields.map((field) => compileField(field, document, context));
  const nameObjects = context.names?.compile(node.subgraph, document);
  const build = compileRequest({
    ...node,
    operationName: context.operationName,
    clientVariable: context.clientVariable,
    // The gateway sends the representations, not the client.
    variableUsages: node.variableUsages.filter((usage) => fields.every(({ variable }) => variable !== usage)),
    mayRepeat: context.mayRepeat(node.subgraph, node.operation),
    mayShare: context.mayShare,
  });
  const heard = context.isSecretive(node) ? withoutText : asIs;
  const take = (state: ExecutionState, gathered: readonly Gathered[], answer: SubgraphAnswer): void => {
    if (answer.kind === "unavailable") {
      for (const group of gathered)
        failGroup(state, node.subgraph, group, "unavailable", answer.reason, types);
      return;
    }
    if (answer.errors.length > 0) {
      const places = new Map(gathered.map((group) => [group, createPlaces(state, group, types)]));
      for (const error of heard(answer.errors)) {
        place(state, node.subgraph, gathered, error, (group, index) => places.get(group)?.(index) ?? []);
      }
    }
    const data = answer.data;
    if (data === null || data === undefined) {
      if (answer.errors.length > 0) return;
      const reason = "an answer without data and errors";
      for (const group of gathered) failGroup(state, node.subgraph, group, "unavailable", reason, types);
      return;
    }
    state.shared.add(answer);
    nameObjects?.(data, state.shared.walk());
    for (const group of gathered) {
      const { field } = group.field;
      const entities = own(data, field.responseKey);
      if (Array.isArray(entities) && entities.length === group.count) {
        dropUnasked(group, entities, state.shared.walk());
        // Paths of these rewrites start at the entity.
        if (field.outputRewrites.length > 0) applyRewrites(entities, field.outputRewrites, types);
        mergeEntities(group, entities, state);
      } else if (answer.errors.length === 0) {
        // Only the order assigns the entities to the representations.
        const found = Array.isArray(entities)
          ? `${entities.length} entities`
          : "entities that are not a list";
        failGroup(
          state,
          node.subgraph,
          group,
          "shape",
          `${found} where ${group.count} were asked for`,
          types,
        );
      }
    }
  };
  return (state) => {
    let variables = "";
    const gathered: Gathered[] = [];
    for (const field of compiled) {
      const group = gather(field, state);
      variables += `${variables === "" ? "" : ","}${field.variableHead}${group.text}]`;
      if (group.targets.length > 0) gathered.push(group);
    }
    if (gathered.length === 0) return undefined;
    return state.call(build(state, variables)).then((answer) => take(state, gathered, answer));
  };
};

const dropUnasked = (
  { targets, indices, field }: Gathered,
  entities: readonly JsonValue[],
  walk: Walk | undefined,
): void => {
  let next = 0;
  for (const [position, target] of targets.entries()) {
    const index = indices[position];
    // Numbered as they are met first; who shares an entity shares its type.
    if (index === undefined || index < next) continue;
    field.entity.drop(target, entities[index], walk);
    next = index + 1;
  }
};

const mergeEntities = (group: Gathered, entities: readonly JsonValue[], { shared }: ExecutionState): void => {
  const { targets, indices, field } = group;
  const used = field.field.mustCopy ? new Set<number>() : undefined;
  for (const [position, target] of targets.entries()) {
    const index = indices[position];
    if (index === undefined) continue;
    field.entity.take(target, entities[index], used?.has(index) === true);
    used?.add(index);
  }
  shared.spread(entities);
};

/** An error inside one entity, reported at every place of that entity. */
const place = (
  state: ExecutionState,
  subgraph: string,
  gathered: readonly Gathered[],
  error: SubgraphError,
  placesOf: (group: Gathered, index: number) => readonly ResponsePath[],
): void => {
  const [key, index, ...rest] = error.path ?? [];
  const group = gathered.find((candidate) => candidate.field.field.responseKey === key);
  if (group === undefined || typeof index !== "number") {
    for (const target of group === undefined ? gathered : [group]) {
      state.failures.push({
        kind: "reported",
        subgraph,
        ...errorDetails(error),
        path: staticPrefix(target.field.field.paths[0] ?? []),
      });
    }
    return;
  }
  for (const at of placesOf(group, index)) {
    state.failures.push({ kind: "reported", subgraph, ...errorDetails(error), path: [...at, ...rest] });
  }
};

/** The paths of the entities of a group, by index in the answer; computed once, on first use. */
const createPlaces = (state: ExecutionState, group: Gathered, types: TypeConditions): Places => {
  let byIndex: Map<number, ResponsePath[]> | undefined;
  const walk = (): Map<number, ResponsePath[]> => {
    const indexOf = new Map(group.targets.map((target, position) => [target, group.indices[position]]));
    const found = new Map<number, ResponsePath[]>();
    for (const path of group.field.field.paths) {
      for (const [object, places] of locate(state.data, path, types)) {
        const index = indexOf.get(object);
        if (index !== undefined) found.set(index, [...(found.get(index) ?? []), ...places]);
      }
    }
    return found;
  };
  return (index) => {
    byIndex ??= walk();
    return byIndex.get(index) ?? [];
  };
};

type Places = (index: number) => readonly ResponsePath[];

const failGroup = (
  state: ExecutionState,
  subgraph: string,
  group: Gathered,
  kind: "unavailable" | "shape",
  message: string,
  types: TypeConditions,
): void => {
  const placesOf = createPlaces(state, group, types);
  const places = [...new Set(group.indices)].flatMap(placesOf);
  const named =
    places.length <= PLACES_NAMED ? places : group.field.field.paths.map((path) => staticPrefix(path));
  for (const path of named) state.failures.push({ kind, subgraph, path, message });
};
