import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
} from "graphql";
import { stringArgument } from "../graphql/directives.js";
import { directiveNamed, federationNames, supergraphNames } from "./federation-names.js";
import type { ParsedSubgraph } from "./subgraph.js";

/** One subgraph's declaration of a field, an argument or an input field. */
export interface Declaration {
  readonly subgraph: string;
  readonly type: TypeNode;
  /** The type of the output or input. */
  readonly direction: "output" | "input";
  readonly hasDefault: boolean;
  readonly isInaccessible: boolean;
  /** Another subgraph resolves the field. */
  readonly isExternal: boolean;
}

export interface Declarations {
  /** By coordinate as in the guard tables: `Type.field`, `Type.field(argument:)`. */
  readonly at: ReadonlyMap<string, readonly Declaration[]>;
  /** Subgraphs that resolve the field of an argument, or have the type of an input field. */
  owners(coordinate: string): ReadonlySet<string>;
}

/** Reads the declarations of all subgraphs, with the names of the supergraph. */
export const readDeclarations = (subgraphs: readonly ParsedSubgraph[]): Declarations => {
  const at = new Map<string, Declaration[]>();
  const owners = new Map<string, Set<string>>();
  for (const { name: subgraph, document } of subgraphs) {
    const isExternalField = externalFields(document);
    const inaccessible = federationNames(document, "inaccessible");
    const supergraphName = supergraphNames(document);
    const own = (owner: string): void => {
      owners.set(owner, (owners.get(owner) ?? new Set()).add(subgraph));
    };
    const given = (node: InputValueDefinitionNode) => ({
      subgraph,
      type: node.type,
      direction: "input" as const,
      hasDefault: node.defaultValue !== undefined,
      isInaccessible: directiveNamed(node, inaccessible) !== undefined,
    });
    const put = (coordinate: string, one: Declaration): void => {
      at.set(coordinate, [...(at.get(coordinate) ?? []), one]);
    };
    for (const definition of document.definitions) {
      if (!("fields" in definition)) continue;
      const type = supergraphName(definition.name.value);
      own(type);
      for (const field of definition.fields ?? []) {
        const coordinate = `${type}.${field.name.value}`;
        if (field.kind === Kind.INPUT_VALUE_DEFINITION) {
          put(coordinate, { ...given(field), isExternal: false });
          continue;
        }
        const isExternal = isExternalField(definition, field);
        const isInaccessible = directiveNamed(field, inaccessible) !== undefined;
        const answer = { direction: "output", hasDefault: false, isInaccessible } as const;
        put(coordinate, { subgraph, type: field.type, ...answer, isExternal });
        if (!isExternal) own(coordinate);
        for (const argument of field.arguments ?? []) {
          put(`${coordinate}(${argument.name.value}:)`, { ...given(argument), isExternal });
        }
      }
    }
  }
  const none: ReadonlySet<string> = new Set();
  return {
    at,
    owners: (coordinate) => owners.get(coordinate.replace(/\(.*|\.[^(]*$/, "")) ?? none,
  };
};

/**
 * The fields of a definition that another subgraph resolves. A type extension marks its key `@external` too, as in
 * Federation 1, but resolves it itself.
 */
const externalFields = (document: DocumentNode): ((definition: Fielded, field: Field) => boolean) => {
  const [external, extended, key] = ["external", "extends", "key"].map((name) =>
    federationNames(document, name),
  );
  const isMarked = (node: Fielded | Field, names: ReadonlySet<string> = new Set()): boolean =>
    directiveNamed(node, names) !== undefined;
  return (definition, field) => {
    if (!isMarked(field, external) && !isMarked(definition, external)) return false;
    const isExtension = definition.kind === Kind.OBJECT_TYPE_EXTENSION || isMarked(definition, extended);
    return !(isExtension && keysOf(definition, key ?? new Set()).has(field.name.value));
  };
};

type Fielded = Extract<
  DefinitionNode,
  { readonly fields?: readonly (FieldDefinitionNode | InputValueDefinitionNode)[] }
>;
type Field = FieldDefinitionNode | InputValueDefinitionNode;

/** Names of the top-level fields of a type's `@key`s. */
const keysOf = ({ directives = [] }: Fielded, names: ReadonlySet<string>): ReadonlySet<string> => {
  const sets = directives
    .filter(({ name }) => names.has(name.value))
    .map((directive) => stringArgument(directive, "fields") ?? "");
  return new Set(sets.flatMap((set) => set.replace(/\{[^{}]*\}/g, "").match(/\w+/g) ?? []));
};

/** The declarations that count: of subgraphs that resolve the field or receive the argument. */
export const deciding = (declared: readonly Declaration[]): readonly Declaration[] =>
  declared.filter((one) => !one.isExternal);
