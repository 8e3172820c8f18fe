import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from "graphql";
import { fragmentNamed, responseKey } from "./documents.js";

/** Reads the operation of a fetch. */
export type ParseFetch = (operation: string) => DocumentNode;

/** Each text is read once. */
export const createFetchParser = (): ParseFetch => {
  const known = new Map<string, DocumentNode>();
  return (operation) => {
    let document = known.get(operation);
    if (document === undefined) {
      document = parse(operation, { noLocation: true });
      known.set(operation, document);
    }
    return document;
  };
};

/** Fields of a selection set, including those in fragments of every type condition. */
export const fieldsOf = (document: DocumentNode, selectionSet: SelectionSetNode): readonly FieldNode[] => {
  const fields: FieldNode[] = [];
  const entered = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          fields.push(selection);
          break;
        case Kind.INLINE_FRAGMENT:
          walk(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value;
          if (entered.has(name)) break;
          entered.add(name);
          const fragment = fragmentNamed(document, name);
          if (fragment !== undefined) walk(fragment.selectionSet);
          break;
        }
      }
    }
  };
  walk(selectionSet);
  return fields;
};

/** Distinct response keys of a selection set. */
export const keysOf = (document: DocumentNode, selectionSet: SelectionSetNode): readonly string[] => [
  ...new Set(fieldsOf(document, selectionSet).map(responseKey)),
];
