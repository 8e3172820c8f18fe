import type { DocumentNode, GraphQLSchema } from "graphql";
import { createLru } from "../caching/lru.js";

/** A document that was parsed, validated and checked against the size limits for the current schema. */
export interface KnownDocument {
  readonly document: DocumentNode;
  /** SHA-256 of the text, as Apollo Server computes it. */
  readonly hash: string;
}

/** An LRU cache of documents of the current schema, by their text. */
export interface KnownDocuments {
  /** Sets the current schema and clears the cache. `undefined`: no schema is served. */
  serve(schema: GraphQLSchema | undefined): void;
  schema(): GraphQLSchema | undefined;
  get(text: string): KnownDocument | undefined;
  /** Caches a document that was just validated, unless its schema has been replaced meanwhile. */
  learn(schema: GraphQLSchema, text: string, known: KnownDocument): void;
}

/** Longer texts are not cached, so that memory stays bounded. */
const MAX_TEXT_LENGTH = 16_384;

/** @param capacity - maximum number of documents */
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
      if (schema === serving && text.length <= MAX_TEXT_LENGTH) documents.set(text, known);
    },
  };
}
