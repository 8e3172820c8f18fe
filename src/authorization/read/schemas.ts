import type { DirectiveNode, DocumentNode, GraphQLSchema, TypeNode } from "graphql";
import { buildASTSchema, Kind, visit } from "graphql";
import { type Link, localNames, readLinks } from "../../graphql/links.js";
import { guardsOf, readGuardNames } from "./guard-names.js";

const EXECUTABLE: ReadonlySet<string> = new Set([
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION",
  "FIELD",
  "FRAGMENT_DEFINITION",
  "FRAGMENT_SPREAD",
  "INLINE_FRAGMENT",
  "VARIABLE_DEFINITION",
]);
const KEPT_DIRECTIVES: ReadonlySet<string> = new Set(["deprecated", "specifiedBy", "oneOf"]);
const FEDERATION_FIELDS: ReadonlySet<string> = new Set(["_entities", "_service"]);
const FEDERATION_TYPES: ReadonlySet<string> = new Set(["_Service", "_Entity", "_Any"]);

/** The complete schema with inaccessible elements, without the elements of composition. */
export const fullSchemaOf = (supergraph: DocumentNode): GraphQLSchema =>
  buildASTSchema(withoutMachinery(supergraph), { assumeValid: true, assumeValidSDL: true });

/** The schema for clients: no `@inaccessible` element, no join or link element, no `_entities`, no `_service`. */
export const apiSchemaOf = (supergraph: DocumentNode): GraphQLSchema =>
  buildASTSchema(withoutMachinery(withoutInaccessible(supergraph)), {
    assumeValid: true,
    assumeValidSDL: true,
  });

/** The supergraph for the planner, without guards and their security links. */
export const plannerDocumentOf = (supergraph: DocumentNode): DocumentNode => {
  const guards = readGuardNames(supergraph);
  const links = readLinks(supergraph).filter((link) => guardsOf(link).length > 0);
  const removed = new Set(links.map((link) => link.node));
  const isGuard = (node: DirectiveNode) => guards.has(node.name.value);
  return visit(supergraph, {
    // Compared by reference: `visit` passes the parser's own nodes.
    Directive: (node) => (isGuard(node) || [...removed].some((one) => one === node) ? null : undefined),
    DirectiveDefinition: (node) => (guards.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) =>
      links.some((link) => node.name.value.startsWith(`${link.namespace}__`)) ? null : undefined,
  });
};

const withoutMachinery = (supergraph: DocumentNode): DocumentNode => {
  const links = readLinks(supergraph);
  const isMachinery = (name: string): boolean =>
    FEDERATION_TYPES.has(name) || links.some((link) => belongsTo(link, name));
  const queryType = queryTypeName(supergraph);
  const withoutFederation = <Node extends { readonly name: { readonly value: string } }>(
    node: Node,
    fields: readonly FieldName[],
  ) =>
    node.name.value === queryType ? fields.filter((one) => !FEDERATION_FIELDS.has(one.name.value)) : fields;
  return visit(supergraph, {
    Directive: (node) => (KEPT_DIRECTIVES.has(node.name.value) ? undefined : null),
    DirectiveDefinition: (node) =>
      isMachinery(node.name.value) || !node.locations.some((one) => EXECUTABLE.has(one.value))
        ? null
        : undefined,
    ScalarTypeDefinition: (node) => (isMachinery(node.name.value) ? null : undefined),
    EnumTypeDefinition: (node) => (isMachinery(node.name.value) ? null : undefined),
    InputObjectTypeDefinition: (node) => (isMachinery(node.name.value) ? null : undefined),
    UnionTypeDefinition: (node) => (isMachinery(node.name.value) ? null : undefined),
    ObjectTypeDefinition: {
      enter: (node) => (isMachinery(node.name.value) ? null : undefined),
      leave: (node) => ({ ...node, fields: withoutFederation(node, node.fields ?? []) }),
    },
    ObjectTypeExtension: {
      leave: (node) => ({ ...node, fields: withoutFederation(node, node.fields ?? []) }),
    },
  });
};

interface FieldName {
  readonly name: { readonly value: string };
}

/** An element of a linked specification: `join__Graph`, `link__Import`, or an imported type. */
const belongsTo = (link: Link, name: string): boolean =>
  name.startsWith(`${link.namespace}__`) ||
  [...link.imports].some(([original, local]) => !original.startsWith("@") && local === name);

const queryTypeName = (document: DocumentNode): string => {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    const query = definition.operationTypes?.find((one) => one.operation === "query");
    if (query !== undefined) return query.type.name.value;
  }
  return "Query";
};

const withoutInaccessible = (supergraph: DocumentNode): DocumentNode => {
  const names = new Set(
    readLinks(supergraph)
      .filter((link) => link.name === "inaccessible" || link.name === "federation")
      .flatMap((link) => localNames(link, "inaccessible")),
  );
  const hidden = (node: { readonly directives?: readonly DirectiveNode[] | undefined }): boolean =>
    node.directives?.some((one) => names.has(one.name.value)) === true;
  const drop = (node: { readonly directives?: readonly DirectiveNode[] | undefined }) =>
    hidden(node) ? null : undefined;
  const hiddenTypes = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (
      "name" in definition &&
      definition.name !== undefined &&
      "directives" in definition &&
      hidden(definition)
    ) {
      hiddenTypes.add(definition.name.value);
    }
  }
  const withoutType = (node: { readonly name: { readonly value: string } }) =>
    hiddenTypes.has(node.name.value) ? null : undefined;
  const accessible = visit(supergraph, {
    ObjectTypeDefinition: withoutType,
    ObjectTypeExtension: withoutType,
    InterfaceTypeDefinition: withoutType,
    InterfaceTypeExtension: withoutType,
    UnionTypeDefinition: withoutType,
    UnionTypeExtension: withoutType,
    EnumTypeDefinition: withoutType,
    EnumTypeExtension: withoutType,
    ScalarTypeDefinition: withoutType,
    ScalarTypeExtension: withoutType,
    InputObjectTypeDefinition: withoutType,
    InputObjectTypeExtension: withoutType,
    FieldDefinition: drop,
    InputValueDefinition: drop,
    EnumValueDefinition: drop,
  });
  if (hiddenTypes.size === 0) return accessible;
  // Remove references to a hidden type too: union members, interfaces, and fields that return it.
  const namesHidden = (node: { readonly type: TypeNode }) =>
    hiddenTypes.has(namedType(node.type)) ? null : undefined;
  return visit(accessible, {
    FieldDefinition: namesHidden,
    InputValueDefinition: namesHidden,
    NamedType: (node, _key, parent) =>
      Array.isArray(parent) && hiddenTypes.has(node.name.value) ? null : undefined,
  });
};

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
