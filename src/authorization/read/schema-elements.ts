import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from "graphql";
import { Kind } from "graphql";

/** Directive locations of the type system that have a coordinate. */
export type Location =
  | "OBJECT"
  | "INTERFACE"
  | "UNION"
  | "FIELD_DEFINITION"
  | "ARGUMENT_DEFINITION"
  | "ENUM"
  | "ENUM_VALUE"
  | "SCALAR"
  | "INPUT_OBJECT"
  | "INPUT_FIELD_DEFINITION"
  | "SCHEMA";

/** One element that can have a directive, with its coordinate as in the guard tables. */
export interface SchemaElement {
  readonly location: Location;
  readonly coordinate: string;
  readonly directives: readonly ConstDirectiveNode[];
}

/** Every element of a document that can have a directive, extensions included. */
export function* elements(document: DocumentNode): Generator<SchemaElement> {
  for (const definition of document.definitions) yield* elementsOf(definition);
}

function* elementsOf(definition: DefinitionNode): Generator<SchemaElement> {
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      yield { location: "SCHEMA", coordinate: "", directives: definition.directives ?? [] };
      return;
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const type = definition.name.value;
      const isObject =
        definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
      yield {
        location: isObject ? "OBJECT" : "INTERFACE",
        coordinate: type,
        directives: definition.directives ?? [],
      };
      for (const field of definition.fields ?? []) {
        const coordinate = `${type}.${field.name.value}`;
        yield { location: "FIELD_DEFINITION", coordinate, directives: field.directives ?? [] };
        for (const argument of field.arguments ?? []) {
          yield {
            location: "ARGUMENT_DEFINITION",
            coordinate: `${coordinate}(${argument.name.value}:)`,
            directives: argument.directives ?? [],
          };
        }
      }
      return;
    }
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      yield { location: "UNION", coordinate: definition.name.value, directives: definition.directives ?? [] };
      return;
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_EXTENSION:
      yield {
        location: "SCALAR",
        coordinate: definition.name.value,
        directives: definition.directives ?? [],
      };
      return;
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      yield { location: "ENUM", coordinate: definition.name.value, directives: definition.directives ?? [] };
      for (const value of definition.values ?? []) {
        const coordinate = `${definition.name.value}.${value.name.value}`;
        yield { location: "ENUM_VALUE", coordinate, directives: value.directives ?? [] };
      }
      return;
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      yield {
        location: "INPUT_OBJECT",
        coordinate: definition.name.value,
        directives: definition.directives ?? [],
      };
      for (const field of definition.fields ?? []) {
        const coordinate = `${definition.name.value}.${field.name.value}`;
        yield { location: "INPUT_FIELD_DEFINITION", coordinate, directives: field.directives ?? [] };
      }
      return;
    case Kind.DIRECTIVE_DEFINITION:
      for (const argument of definition.arguments ?? []) {
        // A guard has no meaning here, so it is refused as a mistake.
        const coordinate = `@${definition.name.value}(${argument.name.value}:)`;
        yield { location: "SCHEMA", coordinate, directives: argument.directives ?? [] };
      }
      return;
    default:
      return;
  }
}
