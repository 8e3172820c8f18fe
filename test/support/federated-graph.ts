import { buildSubgraphSchema } from "@apollo/subgraph";
import { composeServices } from "@theguild/federation-composition";
import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  printSchema,
  validate,
  visit,
} from "graphql";
import { createRefusal, overriddenCoordinates } from "./subgraph-refusal.js";

/**
 * An object of the one store all subgraphs share; `__typename` is its runtime type. One that came as a
 * representation has `__sent: true`: its `@requires` fields are what was sent.
 */
export type Entity = { readonly __typename: string } & { [field: string]: unknown };
export type Resolve = (source: Entity, args: Readonly<Record<string, unknown>>) => unknown;

/**
 * One graph twice: as federated subgraphs and as a monolith. Both read the same objects through the same
 * resolvers, so that any difference in an answer is the gateway's doing.
 */
export interface FederatedGraph {
  readonly name: string;
  /** Subgraph SDL by name, without the federation link, which the harness adds. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** `Type.field` → resolver; everything else is a property. */
  readonly resolvers: Readonly<Record<string, Resolve>>;
  /** Finds the object a representation means, by its keys. */
  readonly lookup: (reference: Entity) => Entity | undefined;
  /** Values for arguments by type name, for random operations. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
}

export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@tag", "@composeDirective", "FieldSet"])\n`;

export interface RunningSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  readonly execute: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;
}

export const AUTH_LINK = `extend schema @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"]) @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

export const subgraphDocument = (sdl: string): DocumentNode => parse(LINK + sdl);

/** The same subgraph with a guard on every object type except the roots, each requiring a different scope. */
const guarded = (sdl: string): DocumentNode =>
  visit(parse(LINK + AUTH_LINK + sdl), {
    ObjectTypeDefinition(node) {
      if (node.name.value === "Query" || node.name.value === "Mutation") return undefined;
      const text = `type T @auth(scopes: ["${guardScope(node.name.value)}"]) { a: Int }`;
      const [guard] = parse(text, { noLocation: true }).definitions;
      const directives = guard?.kind === Kind.OBJECT_TYPE_DEFINITION ? (guard.directives ?? []) : [];
      return { ...node, directives: [...(node.directives ?? []), ...directives] };
    },
  });

/** The scope that opens a type of a graph composed with guards. */
export const guardScope = (typeName: string): string => `see:${typeName}`;

/** @throws Error when the subgraphs do not compose */
export const composeGraph = (
  graph: FederatedGraph,
  urlOf = (name: string) => `http://${name}.test/graphql`,
  isGuarded = false,
): string => {
  const result = composeServices(
    Object.entries(graph.subgraphs).map(([name, sdl]) => ({
      name,
      url: urlOf(name),
      typeDefs: isGuarded ? guarded(sdl) : subgraphDocument(sdl),
    })),
  );
  if (result.supergraphSdl === undefined) {
    throw new Error(`${graph.name}: ${result.errors?.map((error) => error.message).join("\n")}`);
  }
  return result.supergraphSdl;
};

const fieldValue = (graph: FederatedGraph): GraphQLFieldResolver<Entity, unknown> => {
  return (source, args, _context, info) => {
    const resolver = graph.resolvers[`${info.parentType.name}.${info.fieldName}`];
    const value = resolver === undefined ? source?.[info.fieldName] : resolver(source ?? {}, args);
    if (value instanceof Error) throw value;
    return value;
  };
};

const typeOf = (value: unknown): string => (value as Entity).__typename;

/**
 * An interface nobody implements is a type of its own in every subgraph that has objects of it (`@interfaceObject`):
 * so it is for the oracle.
 */
const withObjects = (schema: GraphQLSchema): GraphQLSchema => {
  const alone = new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isInterfaceType(type) && schema.getPossibleTypes(type).length === 0)
      .map(({ name }) => name),
  );
  if (alone.size === 0) return schema;
  return buildASTSchema(
    visit(parse(printSchema(schema)), {
      InterfaceTypeDefinition: (node) =>
        alone.has(node.name.value) ? { ...node, kind: Kind.OBJECT_TYPE_DEFINITION } : undefined,
    }),
  );
};
const monoliths = new WeakMap<GraphQLSchema, GraphQLSchema>();
const monolithOf = (schema: GraphQLSchema): GraphQLSchema => {
  const known = monoliths.get(schema) ?? withObjects(schema);
  monoliths.set(schema, known);
  return known;
};

/** The graph as one schema, executed by graphql-js: the oracle. */
export const executeMonolith = async (
  graph: FederatedGraph,
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> =>
  execute({
    schema: monolithOf(schema),
    document,
    variableValues,
    rootValue: {},
    fieldResolver: fieldValue(graph),
    typeResolver: typeOf,
  });

/** Non-key fields marked `@external`: a subgraph receives them only in the representation. */
const externalFields = (document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> => {
  const external = new Map<string, Set<string>>();
  const note = (type: string, field: string): void => {
    const fields = external.get(type) ?? new Set<string>();
    external.set(type, fields.add(field));
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    visit(definition, {
      FieldDefinition(field) {
        if (field.directives?.some((directive) => directive.name.value === "external")) {
          note(definition.name.value, field.name.value);
        }
      },
    });
  }
  return external;
};

/** Subgraphs ready to execute in this process. */
export const startSubgraphs = (graph: FederatedGraph): ReadonlyMap<string, RunningSubgraph> => {
  const running = new Map<string, RunningSubgraph>();
  const documents = new Map(
    Object.entries(graph.subgraphs).map(([name, sdl]) => [name, subgraphDocument(sdl)]),
  );
  const overridden = overriddenCoordinates(documents);
  for (const [name, typeDefs] of documents) {
    const external = externalFields(typeDefs);
    const schema = buildSubgraphSchema({ typeDefs });
    const refuse = createRefusal(typeDefs, schema, overridden.get(name) ?? new Set());
    const entityOf = (reference: Entity): Entity | null => {
      const found = graph.lookup(reference);
      if (found === undefined) return null;
      const hidden = external.get(found.__typename) ?? external.get(reference.__typename) ?? new Set();
      const known = Object.fromEntries(Object.entries(found).filter(([field]) => !hidden.has(field)));
      // An interface object's subgraph knows the interface's name only.
      const isKnownType = isObjectType(schema.getType(found.__typename));
      const __typename = isKnownType ? found.__typename : reference.__typename;
      return { ...known, ...reference, __typename, __sent: true };
    };
    const entities = schema.getQueryType()?.getFields()["_entities"];
    if (entities !== undefined) {
      entities.resolve = (_source, args: { readonly representations: readonly Entity[] }) =>
        args.representations.map(entityOf);
    }
    running.set(name, {
      name,
      schema,
      execute: async (query, variableValues) => {
        const document = parse(query);
        // As a server would: what is no valid operation of this subgraph is not answered.
        const invalid = validate(schema, document);
        if (invalid.length > 0) return { errors: invalid };
        const refused = refuse(document);
        if (refused.length > 0) return { errors: refused.map((text) => new GraphQLError(text)) };
        return execute({
          schema,
          document,
          variableValues,
          rootValue: {},
          fieldResolver: fieldValue(graph),
          typeResolver: (value) => {
            const typeName = typeOf(value);
            return schema.getType(typeName) === undefined ? undefined : typeName;
          },
        });
      },
    });
  }
  return running;
};
