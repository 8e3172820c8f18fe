import type { OperationRequest } from "./context.js";

/** Documents registered before any request: by id, as a build tool wrote them. */
export interface PersistedDocuments {
  /** Id → text. */
  readonly byId: ReadonlyMap<string, string>;
  /** Refuse every other document. */
  readonly only: boolean;
}

export type Resolved =
  | { readonly kind: "request"; readonly request: OperationRequest }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Replaces a document's id with its text (`documentId`, or `extensions.persistedQuery.sha256Hash` without a query).
 * With `only`, a document that is not on the list is refused before it is parsed, whether sent by text or by id.
 */
export function createDocumentResolver(
  documents: PersistedDocuments,
): (request: OperationRequest) => Resolved {
  const texts = new Set(documents.byId.values());
  return (request) => {
    const requested = request.method === "GET" ? fromSearch(request.search) : fromBody(request.body);
    const text = requested.id === undefined ? undefined : documents.byId.get(requested.id);
    if (text !== undefined && requested.query !== undefined && requested.query !== text) {
      return {
        kind: "refused",
        message: "The query differs from the persisted document with this id. Send only one of them.",
      };
    }
    if (text === undefined) {
      const listed = requested.query !== undefined && texts.has(requested.query);
      if (documents.only && !listed)
        return {
          kind: "refused",
          message: "This document is not persisted. Only persisted documents are allowed.",
        };
      return { kind: "request", request };
    }
    return { kind: "request", request: withText(request, text) };
  };
}

interface Requested {
  readonly id: string | undefined;
  readonly query: string | undefined;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const hashOf = (extensions: unknown): string | undefined =>
  text(member(member(extensions, "persistedQuery"), "sha256Hash"));

const fromBody = (body: unknown): Requested => ({
  id: text(member(body, "documentId")) ?? hashOf(member(body, "extensions")),
  query: text(member(body, "query")),
});

function fromSearch(search: string): Requested {
  const parameters = new URLSearchParams(search);
  // Repeated parameters are refused later; here they must not choose a document.
  const single = (name: string): string | undefined => {
    const values = parameters.getAll(name);
    return values.length === 1 ? text(values[0]) : undefined;
  };
  let extensions: unknown;
  try {
    extensions = JSON.parse(single("extensions") ?? "null");
  } catch {
    extensions = undefined;
  }
  return { id: single("documentId") ?? hashOf(extensions), query: single("query") };
}

/** Returns the same request with the text only, so that no later stage can resolve the id differently. */
function withText(request: OperationRequest, query: string): OperationRequest {
  if (request.method === "GET") {
    const parameters = new URLSearchParams(request.search);
    parameters.delete("documentId");
    parameters.delete("extensions");
    parameters.set("query", query);
    return { ...request, search: `?${parameters}` };
  }
  const { documentId: _, extensions: __, ...rest } = request.body as Readonly<Record<string, unknown>>;
  return { ...request, body: { ...rest, query } };
}
