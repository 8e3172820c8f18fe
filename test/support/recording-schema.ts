import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type TypeDefinitionNode,
  validate,
  visit,
} from "graphql";
import { type GraphData, type GraphObject, numberOfKey } from "./graph-data.js";

export interface SubgraphOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

export interface ExecutableSubgraph {
  readonly schema: GraphQLSchema;
  /** Root mutation fields that ran, by name: a side effect that happened cannot be taken back. */
  readonly sideEffects: string[];
  execute(operation: SubgraphOperation): ExecutionResult;
}

const FEDERATION = /* GraphQL */ `
  scalar _Any
  type _Service {
    sdl: String!
  }
`;

const directivesOf = (node: DefinitionNode): readonly ConstDirectiveNode[] =>
  "directives" in node ? ((node.directives ?? []) as readonly ConstDirectiveNode[]) : [];

/** `extend type X` without an X beside it defines it: a subgraph may extend what another one owns. */
const asDefinitions = (document: DocumentNode): TypeDefinitionNode[] => {
  const byName = new Map<string, TypeDefinitionNode>();
  for (const node of document.definitions) {
    if (!/^(Scalar|Object|Interface|Union|Enum|InputObject)Type/.test(node.kind)) continue;
    const type = { ...node, kind: node.kind.replace("Extension", "Definition") } as TypeDefinitionNode;
    const known = byName.get(type.name.value);
    byName.set(type.name.value, known === undefined ? type : merged(known, type));
  }
  return [...byName.values()];
};

const merged = (first: TypeDefinitionNode, second: TypeDefinitionNode): TypeDefinitionNode => {
  const result: Record<string, unknown> = { ...first };
  for (const list of ["directives", "fields", "interfaces", "types", "values"]) {
    const more = (second as unknown as Record<string, unknown>)[list];
    if (Array.isArray(more)) result[list] = [...((result[list] as unknown[]) ?? []), ...more];
  }
  return result as unknown as TypeDefinitionNode;
};

const hasDirective = (node: DefinitionNode, name: string): boolean =>
  directivesOf(node).some((directive) => directive.name.value === name);

const executableSchema = (sdl: string): GraphQLSchema => {
  const types = asDefinitions(parse(sdl));
  const entities = types
    .filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && hasDirective(type, "key"))
    .map((type) => type.name.value);
  const entityRoot = entities.length === 0 ? "" : "_entities(representations: [_Any!]!): [_Entity]!";
  const union = entities.length === 0 ? "" : `union _Entity = ${entities.join(" | ")}`;
  const own = parse(`${FEDERATION} ${union} extend type Query { _service: _Service! ${entityRoot} }`);
  const whole: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: asDefinitions({ kind: Kind.DOCUMENT, definitions: [...types, ...own.definitions] }),
  };
  const bare = visit(whole, { Directive: () => null });
  return buildASTSchema(bare, { assumeValid: true, assumeValidSDL: true });
};

/**
 * A whole subgraph from its SDL alone, with any directives: every field has a value, entities are found by any key,
 * and abstract positions return all their types in turn.
 */
export const createExecutableSubgraph = (sdl: string, data: GraphData): ExecutableSubgraph => {
  const schema = executableSchema(sdl);
  const sideEffects: string[] = [];
  attachResolvers(schema, sdl, data, sideEffects);
  return {
    schema,
    sideEffects,
    execute: ({ query, variables, operationName }) => {
      const document = parse(query);
      const errors = validate(schema, document);
      if (errors.length > 0) return { errors };
      const result = execute({
        schema,
        document,
        variableValues: variables,
        operationName: operationName ?? null,
      });
      if (result instanceof Promise) throw new Error("recording subgraphs answer synchronously");
      return result;
    },
  };
};

const attachResolvers = (
  schema: GraphQLSchema,
  sdl: string,
  data: GraphData,
  sideEffects: string[],
): void => {
  const mutation = schema.getMutationType()?.name;
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: GraphObject) => value.__typename;
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (source: GraphObject | undefined, args: Record<string, unknown>) => {
        if (type.name === mutation) sideEffects.push(field.name);
        const object = source ?? { __typename: type.name, n: 0 };
        return data.field(schema, object, field.name, field.type, args, type.name);
      };
    }
  }
  const query = schema.getQueryType()?.getFields() ?? {};
  const service = (schema.getType("_Service") as GraphQLObjectType).getFields().sdl;
  if (query._service !== undefined) query._service.resolve = () => ({});
  if (service !== undefined) service.resolve = () => sdl;
  if (query._entities !== undefined) {
    query._entities.resolve = (_source: unknown, args: { representations: Record<string, unknown>[] }) =>
      args.representations.map((representation) => referenced(schema, representation));
  }
};

/** The object a representation points at. An interface's representation is resolved to the type its key names. */
const referenced = (schema: GraphQLSchema, representation: Record<string, unknown>): GraphObject | null => {
  const name = String(representation["__typename"]);
  const type = schema.getType(name);
  if (!isCompositeType(type)) return null;
  const keys = Object.entries(representation).filter(([key]) => key !== "__typename");
  const n = keys.map(([, value]) => numberOfKey(value)).find((found) => found !== undefined) ?? 0;
  const id = typeof representation["id"] === "string" ? { id: representation["id"] } : {};
  if (!isInterfaceType(type)) return { __typename: name, n, ...id };
  const concrete = /^(\w+):/.exec(id.id ?? "")?.[1] ?? "";
  const known = schema.getPossibleTypes(type).some((each) => each.name === concrete);
  return known ? { __typename: concrete, n } : null;
};
