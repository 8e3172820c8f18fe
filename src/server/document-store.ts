import type { DocumentNode } from "graphql";
import { createLru } from "../caching/lru.js";

/** The part of Apollo Server's `documentStore` that it calls, with counters. */
export interface DocumentStore {
  get(key: string): Promise<DocumentNode | undefined>;
  set(key: string, document: DocumentNode): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** Counts a hit for a document that was found in another cache. */
  hit(): void;
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

/**
 * An LRU cache of parsed and validated documents. The capacity is a number of documents. Apollo Server's own store
 * counts the bytes of a document's JSON, but the data we attach to a document (decisions, plans, projections) is
 * several times larger.
 *
 * @param capacity - maximum number of documents
 */
export function createDocumentStore(capacity: number): DocumentStore {
  const documents = createLru<string, DocumentNode>(capacity);
  let hits = 0;
  let misses = 0;
  return {
    async get(key) {
      const document = documents.get(key);
      if (document === undefined) {
        misses += 1;
        return undefined;
      }
      hits += 1;
      return document;
    },
    async set(key, document) {
      documents.set(key, document);
    },
    delete: async (key) => documents.delete(key),
    hit() {
      hits += 1;
    },
    get size() {
      return documents.size;
    },
    get hits() {
      return hits;
    },
    get misses() {
      return misses;
    },
  };
}
