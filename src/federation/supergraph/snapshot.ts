import { type GraphQLSchema, isAbstractType, isInterfaceType, parse } from "graphql";
import type { Authorizer } from "../../authorization/authorizer.js";
import { readJoins } from "../../graphql/joins.js";
import { createTypeConditions, type TypeConditions } from "../../graphql/type-conditions.js";
import { createBelievedNames } from "../execute/believed-names.js";
import { createOperationCache, type OperationCache } from "../operation-cache.js";
import { fieldNamesOf } from "../plan/wire-names.js";
import { createPlanCache, type PlanCache } from "../plan-cache.js";
import { createOperationPlanner } from "../planning/plan-operation.js";
import { createPlanner, type Planner } from "../planning/planner.js";
import type { PlannerHost } from "../planning/process/pool.js";
import { createEntityRoots } from "../planning/workarounds/entity-roots.js";
import { createHeldPlanner } from "../planning/workarounds/held-planner.js";
import { withMutationsOnce } from "../planning/workarounds/shared-mutations.js";
import { LOCAL_AUTH_URL, type LocalSubgraph } from "../subgraph/local.js";
import { digestOf } from "./sources.js";
import { subgraphTypesOf } from "./subgraph-types.js";
import {
  providedWithSelections,
  type RequiredPaths,
  readSubgraphs,
  requiredPathsOf,
  requiredWithArguments,
  type SubgraphInfo,
} from "./subgraphs.js";

/** The authorization of a supergraph, created by `createAuthorizer` of the authorization module. */
export interface AuthorizedSupergraph {
  readonly authorizer: Authorizer;
  /** The supergraph without auth directives and security links. */
  readonly plannerSdl: string;
  /** The schema for clients. */
  readonly apiSchema: GraphQLSchema;
  /** Inaccessible elements included. */
  readonly fullSchema: GraphQLSchema;
}

/** @throws ConfigError when a guard cannot be read: the supergraph is refused */
export type AuthorizerFactory = (supergraphSdl: string) => AuthorizedSupergraph;

/** One immutable supergraph with everything derived from it. A request uses one snapshot from start to end. */
export interface Snapshot {
  /** SHA-256 of the supergraph's text, hex. */
  readonly digest: string;
  readonly supergraphSdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly fullSchema: GraphQLSchema;
  readonly authorizer: Authorizer;
  readonly subgraphs: ReadonlyMap<string, SubgraphInfo>;
  readonly planner: Planner;
  readonly plans: PlanCache;
  readonly operations: OperationCache;
  readonly types: TypeConditions;
  readonly requires: RequiredPaths;
  /** Mutations served as anonymous: those of the auth subgraph, where this supergraph has it. */
  readonly exempt: ReadonlySet<string>;
  /** Root fields of mutations that issue tokens. */
  readonly issuing: ReadonlySet<string>;
  /** Root fields of mutations that can end the session of the caller. */
  readonly ending: ReadonlySet<string>;
  /** Abstract types with a possible type that the API schema hides. */
  hidesTypes(abstractType: string): boolean;
}

export interface SnapshotOptions {
  readonly authorizerFactory: AuthorizerFactory;
  /** The planner processes, shared by all snapshots. */
  readonly planning: PlannerHost;
  /** The auth subgraph, unless it is disabled. */
  readonly local?:
    | Pick<LocalSubgraph, "exemptFields" | "tokenFields" | "endingFields" | "secretType">
    | undefined;
  /** Plans kept per snapshot. Default 1000. */
  readonly planCacheSize?: number;
  /** May a subgraph's own words reach a client? Default false. */
  readonly showsErrors?: boolean;
}

/**
 * Builds a snapshot and proves that it can plan, before it replaces the current one.
 *
 * @throws ConfigError with every problem found
 * @throws GraphQLError when the text does not parse
 */
export const buildSnapshot = async (text: string, options: SnapshotOptions): Promise<Snapshot> => {
  const supergraphSdl = compact(text);
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const subgraphs = readSubgraphs(supergraph);
  const joins = readJoins(supergraph);
  const { authorizer, plannerSdl, apiSchema, fullSchema } = options.authorizerFactory(supergraphSdl);
  const once = withMutationsOnce(parse(plannerSdl, { noLocation: true }), fullSchema.getMutationType()?.name);
  const roots = createEntityRoots(once.document, fullSchema.getQueryType()?.name ?? "Query");
  const planner = await createPlanner(roots.plannerSdl, options.planning);
  try {
    await planner.plan("{ __typename }", undefined, planner.draw(0));
  } catch (error) {
    planner.close();
    throw error;
  }
  const local = [...subgraphs.values()].some(({ url }) => url === LOCAL_AUTH_URL) ? options.local : undefined;
  const types = createTypeConditions(fullSchema, local?.secretType);
  const reserved = {
    fields: fieldNamesOf(fullSchema),
    requiredWithArguments: requiredWithArguments(joins),
  };
  const hiding = hidingTypes(apiSchema, fullSchema);
  return {
    digest: digestOf(supergraphSdl),
    supergraphSdl,
    apiSchema,
    fullSchema,
    authorizer,
    subgraphs,
    planner,
    plans: createPlanCache({
      planner: createHeldPlanner(
        createOperationPlanner(planner, fullSchema, roots, providedWithSelections(joins)),
        fullSchema,
        once.namespaces,
      ),
      authorizer,
      types,
      believedNames: createBelievedNames(fullSchema, types, subgraphTypesOf(supergraph)),
      reserved,
      showsErrors: options.showsErrors ?? false,
      ...(options.planCacheSize === undefined ? {} : { limit: options.planCacheSize }),
    }),
    operations: createOperationCache(apiSchema, authorizer),
    types,
    requires: requiredPathsOf(joins),
    exempt: local?.exemptFields ?? new Set(),
    issuing: local?.tokenFields ?? new Set(),
    ending: local?.endingFields ?? new Set(),
    hidesTypes: (abstractType) => hiding.has(abstractType),
  };
};

/**
 * The same text in the engine's narrow representation where its characters allow. Names are cut out of this text
 * and become the keys of every answer; one wide key makes `JSON.stringify` write the whole answer wide, at twice the
 * memory, and encode it to UTF-8 many times slower. Text put together by a printer may be wide without need.
 */
const compact = (text: string): string => Buffer.from(text, "utf8").toString("utf8");

const hidingTypes = (apiSchema: GraphQLSchema, fullSchema: GraphQLSchema): ReadonlySet<string> => {
  const hiding = new Set<string>();
  for (const type of Object.values(fullSchema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const below = isInterfaceType(type) ? fullSchema.getImplementations(type).interfaces : [];
    const hides = [...fullSchema.getPossibleTypes(type), ...below].some(
      (possible) => apiSchema.getType(possible.name) === undefined,
    );
    if (hides) hiding.add(type.name);
  }
  return hiding;
};
