import type { OperationRequest } from "./context.js";

/** Documents known before any client asks: by id, as a build tool wrote them. */
export interface PersistedDocuments {
  /** Id → text. */
  readonly byId: ReadonlyMap<string, string>;
  /** Serve nothing else. */
  readonly only: boolean;
}

export type Resolved =
  | { readonly kind: "request"; readonly request: OperationRequest }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Puts the text in the place of a document's id (`documentId`, or `extensions.persistedQuery.sha256Hash` without a
 * query). With `only`, whatever is not on the list is refused, by text as well as by id, before it is parsed.
 */
export function createDocumentResolver(
  documents: PersistedDocuments,
): (request: OperationRequest) => Resolved {
  const texts = new Set(documents.byId.values());
  return (request) => {
    const asked = request.method === "GET" ? fromSearch(request.search) : fromBody(request.body);
    const text = asked.id === undefined ? undefined : documents.byId.get(asked.id);
    if (text !== undefined && asked.query !== undefined && asked.query !== text) {
      return { kind: "refused", message: "The query is not the document of that id." };
    }
    if (text === undefined) {
      const listed = asked.query !== undefined && texts.has(asked.query);
      if (documents.only && !listed)
        return { kind: "refused", message: "Only persisted documents are served." };
      return { kind: "request", request };
    }
    return { kind: "request", request: withText(request, text) };
  };
}

interface Asked {
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

const fromBody = (body: unknown): Asked => ({
  id: text(member(body, "documentId")) ?? hashOf(member(body, "extensions")),
  query: text(member(body, "query")),
});

function fromSearch(search: string): Asked {
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

/** The same request by text alone: no id is left for anyone after us to read differently. */
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
