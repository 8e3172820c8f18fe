import type { Session } from "./session-api.js";

// Relay is not a dependency: its types are described by their shape.

interface RequestParameters {
  readonly name: string;
  readonly text?: string | null | undefined;
}

/** What `relay-runtime` accepts as a response. Its type of `data` leaves out the null that it handles. */
interface GraphQLResponse {
  readonly data: Record<string, unknown>;
  readonly errors?: { message: string; path?: (string | number)[] }[];
  readonly extensions?: Record<string, unknown>;
}

/**
 * The function for `Network.create` of `relay-runtime`. Refreshes, steps up and repeats as `session.request` does.
 *
 * @throws TypeError for an operation without its text, as the Relay compiler writes it for persisted documents: then use
 * `createAuthFetch`
 */
export const relayFetch =
  (session: Pick<Session, "request">) =>
  async (
    { name, text }: RequestParameters,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<GraphQLResponse> => {
    if (typeof text !== "string")
      throw new TypeError(
        `The operation "${name}" has no text. relayFetch sends texts only. Fix: send persisted documents with createAuthFetch.`,
      );
    const answer = await session.request({ query: text, variables, operationName: name });
    return { data: null, ...answer } as unknown as GraphQLResponse; // null is handled, see above
  };
