/** One parsed response of the gateway. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly AnswerError[];
  /** The response's `extensions.challenge`. */
  readonly challenge: Readonly<Record<string, unknown>> | undefined;
  readonly wwwAuthenticate: string;
}

export interface AnswerError {
  /** `me.wallet`, `products.4`: the response path with dots. */
  readonly path: string;
  readonly code: string;
  readonly reason: string | undefined;
}

export interface AskOptions {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (query: string, options?: AskOptions) => Promise<Answer>;

const TIMEOUT_MS = 15_000;

/** Creates a function that sends operations over HTTP, like any client. */
export function createAsk(url: string): Ask {
  return async (query, { token, variables, headers } = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, ...(variables === undefined ? {} : { variables }) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json();
    const errors = at(body, "errors");
    const challenge = at(body, "extensions.challenge");
    return {
      status: response.status,
      data: at(body, "data"),
      errors: Array.isArray(errors) ? errors.map(parseError) : [],
      challenge: isRecord(challenge) ? challenge : undefined,
      wwwAuthenticate: response.headers.get("www-authenticate") ?? "",
    };
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function parseError(error: unknown): AnswerError {
  const path = at(error, "path");
  const reason = at(error, "extensions.reason");
  return {
    path: Array.isArray(path) ? path.join(".") : "",
    code: String(at(error, "extensions.code") ?? ""),
    reason: typeof reason === "string" ? reason : undefined,
  };
}

/** The value at a dotted path; `undefined` if the path does not exist. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const step of path.split(".")) {
    if (!isRecord(current) || !Object.hasOwn(current, step)) return undefined;
    current = current[step];
  }
  return current;
}

/** The text at a dotted path; empty if there is none. */
export const textAt = (value: unknown, path: string): string => {
  const found = at(value, path);
  return typeof found === "string" ? found : "";
};

/** The code of the error at this path, or `undefined`. */
export const codeAt = (answer: Answer, path: string): string | undefined =>
  answer.errors.find((error) => error.path === path)?.code;
