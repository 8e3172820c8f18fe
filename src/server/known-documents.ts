import type { DocumentNode, GraphQLSchema } from "graphql";
import { createLru } from "../caching/lru.js";

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
  let documents = createLru<string, KnownDocument>(capacity);
  let serving: GraphQLSchema | undefined;
  return {
    serve(schema) {
      documents = createLru(capacity);
      serving = schema;
    },
    schema: () => serving,
    get: (text) => documents.get(text),
    learn(schema, text, known) {
      if (schema === serving && text.length <= LONGEST) documents.set(text, known);
    },
  };
}
