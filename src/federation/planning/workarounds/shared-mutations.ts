import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from "graphql";
import { ConfigError, type Problem } from "../../../domain/errors.js";
import { booleanArgument, parseDirectives, textArgument } from "../../../graphql/directives.js";
import { joins, typeGraphs } from "../../../graphql/joins.js";
import type { Namespaces } from "../runs-once.js";
import { createReach, type Reach } from "./reach.js";

/**
 * A mutation that several subgraphs share must be executed once for each call of a client. The planner calls each
 * subgraph for its part of the answer, and so executes it in each. Therefore its supergraph keeps the mutation in only
 * one of them, from which look-ups reach the other fields.
 *
 * A namespace (`Mutation.billing: BillingMutations`) does nothing itself, so each subgraph is called for its own
 * fields in it. A field in it that several subgraphs share is kept in one of them too.
 *
 * @param supergraph - the planner's version of it
 * @throws ConfigError `SHARED_MUTATION` if no single subgraph can be called first to complete the answer
 */
export const withMutationsOnce = (
  supergraph: DocumentNode,
  mutationTypeName: string | undefined,
): { readonly document: DocumentNode; readonly namespaces: Namespaces } => {
  const objects = objectsOf(supergraph);
  const mutation = objects.get(mutationTypeName ?? "");
  const namespaces = new Set<string>();
  if (mutation === undefined) return { document: supergraph, namespaces };
  const reach = createReach(supergraph);
  const problems: Problem[] = [];
  const changed = new Map<string, ObjectTypeDefinitionNode>();
  for (const type of operationTypes(mutation, objects)) {
    const fields = (type.fields ?? []).map((field) => {
      if (namespaceOf(field, type, objects) !== undefined) {
        namespaces.add(field.name.value);
        return field;
      }
      if (graphsOf(field, type).length < 2 || isDrawn(field)) return field;
      const owner = chooseOwner(field, type, reach);
      if (typeof owner === "string") return ownedBy(field, owner);
      problems.push(presumedNamespaceOf(field, objects) === undefined ? owner : inDoubt(owner, field));
      return field;
    });
    changed.set(type.name.value, { ...type, fields });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const document = {
    ...supergraph,
    definitions: supergraph.definitions.map((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION
        ? (changed.get(definition.name.value) ?? definition)
        : definition,
    ),
  };
  return { document, namespaces };
};

type Objects = ReadonlyMap<string, ObjectTypeDefinitionNode>;

const objectsOf = (supergraph: DocumentNode): Objects =>
  new Map(
    supergraph.definitions.flatMap((one) =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );

/** The mutation type and the namespaces below it. */
const operationTypes = (
  mutation: ObjectTypeDefinitionNode,
  objects: Objects,
): ReadonlySet<ObjectTypeDefinitionNode> => {
  const found = new Set([mutation]);
  // Iterating a set includes the elements that are added meanwhile.
  for (const type of found) {
    for (const field of type.fields ?? []) {
      const namespace = namespaceOf(field, type, objects);
      if (namespace !== undefined) found.add(namespace);
    }
  }
  return found;
};

/**
 * The type of a field that certainly only groups mutations. A field that several subgraphs share may also be a mutation
 * whose payload has a field with arguments. So if a field of its type has no arguments, the type's name must show
 * that it is a namespace. In doubt the field is executed once.
 */
const namespaceOf = (
  field: FieldDefinitionNode,
  owner: ObjectTypeDefinitionNode,
  objects: Objects,
): ObjectTypeDefinitionNode | undefined => {
  const type = presumedNamespaceOf(field, objects);
  if (type === undefined || graphsOf(field, owner).length < 2 || DECLARED.test(type.name.value)) return type;
  return (type.fields ?? []).every((one) => isOperation(one, objects)) ? type : undefined;
};

/** The name of a type that groups mutations. */
const DECLARED = /Mutations$/;

const isOperation = (
  field: FieldDefinitionNode,
  objects: Objects,
  above: ReadonlySet<string> = new Set(),
): boolean => (field.arguments ?? []).length > 0 || presumedNamespaceOf(field, objects, above) !== undefined;

/**
 * The type of a field that probably only groups mutations: the field has no arguments and returns one object that is no
 * entity. A field of that object has arguments or is a namespace itself, and none of its leaf fields is shared. Every
 * other field is treated as a mutation with a payload.
 */
const presumedNamespaceOf = (
  field: FieldDefinitionNode,
  objects: Objects,
  above: ReadonlySet<string> = new Set(),
): ObjectTypeDefinitionNode | undefined => {
  if ((field.arguments ?? []).length > 0 || isList(field.type)) return undefined;
  const type = objects.get(nameOf(field.type));
  if (type === undefined || above.has(type.name.value)) return undefined;
  if (joins(type, "join__type").some((one) => textArgument(one, "key") !== undefined)) return undefined;
  const fields = type.fields ?? [];
  const isShared = (one: FieldDefinitionNode): boolean =>
    (one.arguments ?? []).length === 0 && !objects.has(nameOf(one.type)) && graphsOf(one, type).length > 1;
  if (fields.some(isShared)) return undefined;
  const within = new Set([...above, type.name.value]);
  return fields.some((one) => isOperation(one, objects, within)) ? type : undefined;
};

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

/** The subgraphs that resolve a field. */
const graphsOf = (field: FieldDefinitionNode, owner: ObjectTypeDefinitionNode): readonly string[] => {
  const declared = joins(field, "join__field").filter(
    (one) => !booleanArgument(one, "external") && !booleanArgument(one, "usedOverridden"),
  );
  return declared.length === 0
    ? [...new Set(typeGraphs(owner))]
    : declared.flatMap((one) => textArgument(one, "graph") ?? []);
};

/** A progressive override: the draw already chooses one of its two subgraphs. */
const isDrawn = (field: FieldDefinitionNode): boolean =>
  joins(field, "join__field").some((one) => textArgument(one, "overrideLabel") !== undefined);

const chooseOwner = (
  field: FieldDefinitionNode,
  type: ObjectTypeDefinitionNode,
  reach: Reach,
): string | Problem => {
  const missing: string[] = [];
  for (const graph of graphsOf(field, type)) {
    const [first] = reach.missing(nameOf(field.type), graph);
    if (first === undefined) return graph;
    missing.push(`${first} is out of reach from ${reach.nameOf(graph)}`);
  }
  return {
    kind: "SHARED_MUTATION",
    where: `${type.name.value}.${field.name.value}`,
    found: `a mutation of several subgraphs, none of which reaches the whole answer: ${missing.join("; ")}`,
    allowed: "a mutation that runs once, in one subgraph, and is completed by entity look-ups",
    fix: `give ${nameOf(field.type)} a @key in these subgraphs, or let one of them have the field`,
  };
};

/** The same problem, with advice in case the field was meant as a namespace. */
const inDoubt = (problem: Problem, field: FieldDefinitionNode): Problem => ({
  ...problem,
  found: `${problem.found}; it may be a group of mutations, but some field of ${nameOf(field.type)} takes no arguments`,
  fix: `${problem.fix}. If it only groups mutations: give ${nameOf(field.type)} a name that ends in "Mutations", or each of its fields an argument`,
});

const ownedBy = (field: FieldDefinitionNode, graph: string): FieldDefinitionNode => {
  const others = (field.directives ?? []).filter((one) => one.name.value !== "join__field");
  const own = joins(field, "join__field").filter((one) => textArgument(one, "graph") === graph);
  const joined: readonly ConstDirectiveNode[] =
    own.length > 0 ? own : parseDirectives(`@join__field(graph: ${graph})`);
  return { ...field, directives: [...others, ...joined] };
};
