import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from "graphql";
import type { FieldModel, GraphModel, Guard, InputModel, TypeModel, TypeRef } from "./random-graph.js";

type Composite = Extract<TypeModel, { kind: "object" | "interface" }>;

/** What the authorization oracle reads, from the SDL of hand-written subgraphs. */
export const graphModelOf = (subgraphs: ReadonlyMap<string, DocumentNode>): GraphModel => {
  const types = new Map<string, TypeModel>();
  const hidden = new Set<string>();
  for (const [subgraph, document] of subgraphs) {
    for (const definition of document.definitions) {
      if (!("name" in definition) || definition.name === undefined) continue;
      const name = definition.name.value;
      if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
      const directives = "directives" in definition ? (definition.directives ?? []) : [];
      if (has(directives, "inaccessible")) hidden.add(name);
      const known = types.get(name);
      const common = {
        name,
        guards: [...(known?.guards ?? []), ...guardsOf(subgraph, directives)],
        subgraphs: [...(known?.subgraphs ?? []), subgraph],
      };
      switch (definition.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
        case Kind.OBJECT_TYPE_EXTENSION: {
          const before = known?.kind === "object" || known?.kind === "interface" ? known : undefined;
          const isInterface =
            definition.kind === Kind.INTERFACE_TYPE_DEFINITION || has(directives, "interfaceObject");
          const interfaces = (definition.interfaces ?? []).map((one) => one.name.value);
          types.set(name, {
            ...common,
            kind: isInterface || before?.kind === "interface" ? "interface" : "object",
            interfaces: [...new Set([...(before?.interfaces ?? []), ...interfaces])],
            keys: before?.keys ?? new Map(),
            fields: mergeFields(before?.fields ?? [], definition.fields ?? [], subgraph),
          } satisfies Composite);
          break;
        }
        case Kind.UNION_TYPE_DEFINITION: {
          const members = (definition.types ?? []).map((one) => one.name.value);
          const before = known?.kind === "union" ? known.members : [];
          types.set(name, { ...common, kind: "union", members: [...new Set([...before, ...members])] });
          break;
        }
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
          types.set(name, {
            ...common,
            kind: "input",
            fields: (definition.fields ?? []).map((field) => inputOf(field, subgraph)),
          });
          break;
        case Kind.ENUM_TYPE_DEFINITION:
        case Kind.SCALAR_TYPE_DEFINITION:
          types.set(name, {
            ...common,
            kind: definition.kind === Kind.ENUM_TYPE_DEFINITION ? "enum" : "scalar",
          });
          break;
      }
    }
  }
  for (const [subgraph, document] of subgraphs) {
    for (const definition of document.definitions) {
      if (!("directives" in definition && "name" in definition && definition.name !== undefined)) continue;
      for (const directive of definition.directives ?? []) {
        const fields = directive.arguments?.find((one) => one.name.value === "fields")?.value;
        if (directive.name.value !== "key" || fields?.kind !== Kind.STRING) continue;
        const [key] = parse(`{ ${fields.value} }`).definitions;
        if (key?.kind !== Kind.OPERATION_DEFINITION) continue;
        addKey(types, definition.name.value, key.selectionSet, subgraph);
      }
    }
  }
  return { subgraphs: [...subgraphs.keys()], types, hidden };
};

/** The fields of a key are keys of their own types too, including nested ones. */
const addKey = (
  types: Map<string, TypeModel>,
  name: string,
  set: SelectionSetNode,
  subgraph: string,
): void => {
  const type = types.get(name);
  if (type?.kind !== "object" && type?.kind !== "interface") return;
  const own = set.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one] : []));
  const names = [...(type.keys.get(subgraph) ?? []), ...own.map((one) => one.name.value)];
  types.set(name, { ...type, keys: new Map([...type.keys, [subgraph, names]]) });
  for (const { name: field, selectionSet } of own) {
    const below = type.fields.find((one) => one.name === field.value)?.type.name;
    if (selectionSet !== undefined && below !== undefined) addKey(types, below, selectionSet, subgraph);
  }
};

const mergeFields = (
  before: readonly FieldModel[],
  nodes: readonly FieldDefinitionNode[],
  subgraph: string,
): readonly FieldModel[] => {
  const fields = new Map(before.map((field) => [field.name, field]));
  for (const node of nodes) {
    const directives = node.directives ?? [];
    if (has(directives, "external")) continue;
    const name = node.name.value;
    const known = fields.get(name);
    fields.set(name, {
      name,
      type: known?.type ?? refOf(node.type),
      args: known?.args ?? (node.arguments ?? []).map((one) => inputOf(one, subgraph)),
      guards: [...(known?.guards ?? []), ...guardsOf(subgraph, directives)],
      subgraphs: [...(known?.subgraphs ?? []), subgraph],
      requires: [...(known?.requires ?? []), ...directives.flatMap(requiredPaths)],
    });
  }
  return [...fields.values()];
};

const has = (directives: readonly DirectiveNode[], name: string): boolean =>
  directives.some((directive) => directive.name.value === name);

/** `size { w h }` as `size.w`, `size.h`; two levels are all these graphs have. */
const requiredPaths = (directive: DirectiveNode): readonly string[] => {
  if (directive.name.value !== "requires") return [];
  const value = directive.arguments?.[0]?.value;
  const text = value?.kind === Kind.STRING ? value.value.replace(/\([^)]*\)/g, "") : "";
  return [...text.matchAll(/(\w+)\s*(?:\{([^}]*)\})?/g)].flatMap(([, first = "", inner]) =>
    inner === undefined
      ? [first]
      : inner
          .trim()
          .split(/\s+/)
          .map((second) => `${first}.${second}`),
  );
};

const guardsOf = (subgraph: string, directives: readonly DirectiveNode[]): Guard[] =>
  directives
    .filter((directive) => directive.name.value === "auth")
    .map((directive) => {
      const given = Object.fromEntries(
        (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
      ) as Partial<Pick<Guard, "scopes" | "anyOf" | "maxAge">> & { fresh?: boolean };
      const { fresh, ...rest } = given;
      return { subgraph, ...rest, ...(fresh === true ? { fresh } : {}) };
    });

const inputOf = (node: InputValueDefinitionNode, subgraph: string): InputModel => ({
  name: node.name.value,
  type: refOf(node.type),
  guards: guardsOf(subgraph, node.directives ?? []),
  ...(node.defaultValue === undefined ? {} : { defaultText: print(node.defaultValue) }),
});

const refOf = (type: TypeNode): TypeRef => {
  if (type.kind === Kind.NAMED_TYPE) return { name: type.name.value, wrap: [] };
  const inner = refOf(type.type);
  return { name: inner.name, wrap: [...inner.wrap, type.kind === Kind.LIST_TYPE ? "[]" : "!"] };
};
