import type { DocumentNode, GraphQLSchema } from "graphql";

/** A document that was parsed, validated and judged by its size for the schema in service. */
export interface KnownDocument {
  readonly document: DocumentNode;
  /** SHA-256 of the text, as Apollo Server computes it. */
  readonly hash: string;
}

/** Documents of the schema in service by their text, the least recently used forgotten first. */
export interface KnownDocuments {
  /** Forgets everything: whatever was valid for another schema is unknown. `undefined`: nothing is in service. */
  serve(schema: GraphQLSchema | undefined): void;
  schema(): GraphQLSchema | undefined;
  get(text: string): KnownDocument | undefined;
  /** Keeps a document that was just validated, unless its schema has gone out of service meanwhile. */
  learn(schema: GraphQLSchema, text: string, known: KnownDocument): void;
}

/** Longer texts take the long way each time, so that memory stays bounded. */
const LONGEST = 16_384;

/** @param capacity - documents kept */
export function createKnownDocuments(capacity: number): KnownDocuments {
  const documents = new Map<string, KnownDocument>();
  let serving: GraphQLSchema | undefined;
  return {
    serve(schema) {
      documents.clear();
      serving = schema;
    },
    schema: () => serving,
    get(text) {
      const known = documents.get(text);
      if (known !== undefined) {
        documents.delete(text);
        documents.set(text, known);
      }
      return known;
    },
    learn(schema, text, known) {
      if (schema !== serving || text.length > LONGEST) return;
      documents.delete(text);
      documents.set(text, known);
      if (documents.size <= capacity) return;
      const oldest = documents.keys().next();
      if (oldest.done !== true) documents.delete(oldest.value);
    },
  };
}
