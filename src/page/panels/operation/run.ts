import { credentialRefused, type GraphQLAnswer, parseAnswer } from "../../../client/answer.js";
import { GatewayUnavailableError, SignedOutError } from "../../../client/errors.js";
import type { Session } from "../../../client/session.js";

export interface RunInput {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type RunOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly statusText: string;
      readonly durationMs: number;
      /** Of the body, in UTF-16 units. */
      readonly length: number;
      readonly headers: readonly (readonly [string, string])[];
      /** The body as JSON; a text if it is none. */
      readonly body: unknown;
      /** `undefined` when the body is no GraphQL response. */
      readonly answer: GraphQLAnswer | undefined;
      /** Was the access token refreshed on the way? */
      readonly refreshed: boolean;
    }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "aborted" };

export interface RunOptions {
  readonly graphqlUrl: string;
  readonly session: Pick<Session, "accessToken" | "refresh">;
  readonly signal: AbortSignal;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Sends an operation with the session, and refreshes and repeats once when the credential is refused, like a client.
 * It does not step up by itself: the page shows the refusal and leaves that to a button.
 */
export async function run(input: RunInput, options: RunOptions): Promise<RunOutcome> {
  const { session, signal, now = () => performance.now() } = options;
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const send = async (token: string | undefined, refreshed: boolean): Promise<RunOutcome> => {
    const began = now();
    const response = await fetch(options.graphqlUrl, {
      method: "POST",
      signal,
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    const durationMs = now() - began;
    const body = parseJson(text);
    return {
      kind: "answered",
      status: response.status,
      statusText: response.statusText,
      durationMs,
      length: text.length,
      headers: [...response.headers],
      body,
      answer: parseAnswer(body),
      refreshed,
    };
  };
  try {
    const token = await session.accessToken();
    const first = await send(token, false);
    if (token === undefined || first.kind !== "answered" || !credentialRefused(first.answer)) return first;
    return await send(await session.refresh(token), true);
  } catch (error) {
    return signal.aborted ? { kind: "aborted" } : { kind: "failed", message: failureText(error) };
  }
}

function failureText(error: unknown): string {
  if (error instanceof SignedOutError) return "The session has ended. Sign in again.";
  if (error instanceof GatewayUnavailableError) return error.message;
  return "The gateway could not be reached.";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
