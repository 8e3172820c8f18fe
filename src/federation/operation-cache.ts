import {
  type DocumentNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  separateOperations,
  visit,
} from "graphql";
import type { Authorizer, CompiledOperation } from "../authorization/authorizer.js";
import { fieldsBelowRoots } from "../graphql/below-roots.js";
import {
  type CollectedField,
  createFieldCollector,
  type FieldCollector,
  type IsTrue,
} from "../graphql/collect-fields.js";
import type { CompiledPlan } from "./plan-cache.js";
import { compileVariableCheck, type VariableCheck } from "./request/variables.js";
import { isIntrospection } from "./response/introspection.js";
import { createProjectorCache, type ProjectorCache } from "./response/project/projectors.js";

/** Everything about one operation that does not depend on the request. */
export interface OperationEntry {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly rootType: GraphQLObjectType;
  readonly compiled: CompiledOperation;
  readonly variables: VariableCheck;
  readonly collector: FieldCollector;
  /** Generated code for answers without errors. */
  readonly projectors: ProjectorCache<CompiledPlan>;
  /** May the answer contain introspection data that depends on the caller? */
  readonly showsFilteredSchema: boolean;
  /** Root fields after fragments, `@skip` and `@include`. */
  rootFields(isTrue: IsTrue): readonly CollectedField[];
}

/**
 * The entries of one snapshot. The key is the operation node, so an entry lives as long as Apollo's document cache holds
 * the document.
 */
export interface OperationCache {
  get(document: DocumentNode, operation: OperationDefinitionNode): OperationEntry;
}

export const createOperationCache = (apiSchema: GraphQLSchema, authorizer: Authorizer): OperationCache => {
  const entries = new WeakMap<OperationDefinitionNode, OperationEntry>();
  const compile = (document: DocumentNode, operation: OperationDefinitionNode): OperationEntry => {
    if (operation.operation === "subscription") {
      throw refused("Subscriptions are not served over this transport.");
    }
    const rootType = apiSchema.getRootType(operation.operation);
    if (rootType === undefined || rootType === null) {
      throw refused(`This graph has no ${operation.operation}.`);
    }
    // Conditions of other operations in the document are ignored.
    const own = separateOperations(document)[operation.name?.value ?? ""] ?? document;
    const compiled = authorizer.compile(document, operation);
    // Only after the limits of the operation were checked.
    if (selectsSchema(own)) assertSchemaAtRoot(own, apiSchema);
    const collector = createFieldCollector(own, apiSchema);
    let fixedRootFields: readonly CollectedField[] | undefined;
    return {
      document,
      operation,
      rootType,
      compiled,
      variables: compileVariableCheck(apiSchema, operation, {
        conditionVariables: collector.conditionVariables,
        namesSchema: authorizer.introspection === "on",
      }),
      collector,
      projectors: createProjectorCache(collector.conditionVariables),
      showsFilteredSchema: authorizer.introspection === "filtered" && selectsSchema(document),
      rootFields(isTrue) {
        if (fixedRootFields !== undefined) return fixedRootFields;
        const fields = collector.collect([operation.selectionSet], rootType, isTrue);
        if (collector.conditionVariables.length === 0) fixedRootFields = fields;
        return fields;
      },
    };
  };
  return {
    get(document, operation) {
      let entry = entries.get(operation);
      if (entry === undefined) {
        entry = compile(document, operation);
        entries.set(operation, entry);
      }
      return entry;
    },
  };
};

/** Searches the whole document, since fields with these names exist only on root types. */
const selectsSchema = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    Field({ name }) {
      found ||= isIntrospection({ name: name.value });
    },
  });
  return found;
};

/** Introspection is answered by the gateway at the root only; no subgraph is queried. */
const assertSchemaAtRoot = (document: DocumentNode, schema: GraphQLSchema): void => {
  const below = fieldsBelowRoots(document, schema).find(isIntrospection);
  if (below !== undefined)
    throw refused(
      `${below.name} is not supported below the root, at ${below.path.join(".")}. Ask for it at the root of a query.`,
    );
};

const refused = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "OPERATION_RESOLUTION_FAILURE", http: { status: 400 } } });

/** The error for a document without an operation of this name, or with several operations and no name. */
export const noSuchOperation = (name: string | null | undefined): GraphQLError =>
  refused(
    typeof name === "string"
      ? "The document holds no operation of the name asked for."
      : "Name the operation: the document holds several.",
  );
