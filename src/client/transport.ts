import { errorCode, type GraphQLAnswer, parseAnswer } from "./answer.js";
import { GatewayUnavailableError } from "./errors.js";

/** The part of `fetch` that this client uses. */
export type FetchLike = (input: string, init: RequestInit) => Promise<Response>;

/** A document with the types of its result and variables, as GraphQL Code Generator writes them. */
export interface TypedText<Data, Variables> {
  toString(): string;
  readonly __apiType?: ((variables: Variables) => Data) | undefined;
}

export interface Operation<
  Data = Readonly<Record<string, unknown>>,
  Variables = Readonly<Record<string, unknown>>,
> {
  readonly query: string | TypedText<Data, Variables>;
  readonly variables?: Variables;
  readonly operationName?: string;
}

/** Any operation that is sent. */
export interface SentOperation {
  readonly query: { toString(): string };
  readonly variables?: unknown;
  readonly operationName?: string;
}

export interface Received {
  readonly status: number;
  readonly answer: GraphQLAnswer | undefined;
  readonly retryAfterSeconds: number | undefined;
}

export interface SendOptions extends Pick<RequestInit, "signal" | "keepalive" | "credentials"> {
  /** The access token; absent in cookie mode. */
  readonly token?: string;
}

/** Sends one operation and reads the answer, without interpreting it. */
export async function send(
  fetch: FetchLike,
  url: string,
  operation: SentOperation,
  { token, ...more }: SendOptions = {},
): Promise<Received> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ ...operation, query: String(operation.query) }),
    ...more,
  });
  const text = await response.text();
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    status: response.status,
    answer: parseAnswer(parseJson(text)),
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Codes of temporary failures. They do not end a session. */
const OUTAGE_CODES = ["SERVICE_UNAVAILABLE", "RATE_LIMITED", "INTERNAL_SERVER_ERROR"];

/** The error for a temporary failure, if the answer is one: then it says nothing about the session. */
export function outageOf({
  status,
  answer,
  retryAfterSeconds,
}: Received): GatewayUnavailableError | undefined {
  const code = answer?.errors
    ?.map(errorCode)
    .find((each) => each !== undefined && OUTAGE_CODES.includes(each));
  if (code === undefined && status < 500 && status !== 429 && answer !== undefined) return undefined;
  return new GatewayUnavailableError(`The gateway could not answer (${code ?? `HTTP ${status}`}).`, {
    code,
    retryAfterSeconds,
  });
}
