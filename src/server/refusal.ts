import type { GraphQLFormattedError } from "graphql";

/** What leaves for the client. Header names in lower case. */
export interface OperationResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly setCookies: readonly string[];
  readonly body: string;
}

export const JSON_TYPE = "application/json; charset=utf-8";
export const GRAPHQL_TYPE = "application/graphql-response+json; charset=utf-8";

/**
 * The media type of a refusal that Apollo Server never saw. The client's `Accept` is honoured on these as well:
 * some clients read a body only under the type they asked for. Who accepts neither still gets JSON, never HTML.
 */
export function refusalType(accept: string | readonly string[] | undefined): string {
  const ranges = (typeof accept === "string" ? accept : (accept ?? []).join(",")).split(",").map(parseRange);
  const weight = (subtype: string): number => {
    const best = ranges.filter(({ type }) => type === `application/${subtype}`);
    const wild = ranges.filter(({ type }) => type === "application/*" || type === "*/*");
    return Math.max(0, ...(best.length > 0 ? best : wild).map(({ quality }) => quality));
  };
  const graphql = weight("graphql-response+json");
  return graphql > 0 && graphql > weight("json")
    ? GRAPHQL_TYPE
    : preferredFirst(ranges, graphql, weight("json"));
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** Equal weights: the one named first, as content negotiation libraries have it. */
function preferredFirst(ranges: readonly Range[], graphql: number, json: number): string {
  if (graphql === 0 || graphql < json) return JSON_TYPE;
  const first = ranges.find(({ type }) =>
    ["application/graphql-response+json", "application/json"].includes(type),
  );
  return first?.type === "application/graphql-response+json" ? GRAPHQL_TYPE : JSON_TYPE;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: Number.isFinite(value) ? value : 0 };
}

/** A response that holds one error and nothing else. */
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
