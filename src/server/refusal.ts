import type { GraphQLFormattedError } from "graphql";

/** The response to the client. Header names in lower case. */
export interface OperationResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly setCookies: readonly string[];
  readonly body: string;
}

export const JSON_TYPE = "application/json; charset=utf-8";
export const GRAPHQL_TYPE = "application/graphql-response+json; charset=utf-8";

/**
 * Chooses the media type of a refusal that does not pass through Apollo Server. The client's `Accept` counts here too:
 * some clients read a body only with a type they accept. A client that accepts neither type still gets JSON.
 */
export function refusalType(accept: string | readonly string[] | undefined): string {
  const text = typeof accept === "string" ? accept : (accept ?? []).join(",");
  const wanted = text
    .split(",")
    .map(parseRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality); // stable: equal qualities keep their order
  const first = wanted.find(({ type }) => GRAPHQL_TYPE.startsWith(`${type};`) || JSON_RANGES.has(type));
  return first !== undefined && !JSON_RANGES.has(first.type) ? GRAPHQL_TYPE : JSON_TYPE;
}

const JSON_RANGES: ReadonlySet<string> = new Set(["application/json", "application/*", "*/*"]);

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: Number.isFinite(value) ? value : 0 };
}

/** A response with a single error and no data. */
export function refusalResponse(
  accept: string | readonly string[] | undefined,
  status: number,
  error: GraphQLFormattedError,
  headers: readonly (readonly [string, string])[] = [],
): OperationResponse {
  return {
    status,
    headers: new Map([["content-type", refusalType(accept)], ...headers]),
    setCookies: [],
    body: JSON.stringify({ errors: [error] }),
  };
}
