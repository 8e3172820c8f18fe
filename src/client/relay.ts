import type { GraphQLAnswer } from "./answer.js";
import type { Session } from "./session-api.js";

// Relay is not a dependency: its types are described by their shape.

interface RequestParameters {
  readonly name: string;
  readonly text?: string | null | undefined;
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
  ): Promise<GraphQLAnswer & { readonly data: Readonly<Record<string, unknown>> | null }> => {
    if (typeof text !== "string")
      throw new TypeError(
        `The operation "${name}" has no text. relayFetch sends texts only. Fix: send persisted documents with createAuthFetch.`,
      );
    const answer = await session.request({ query: text, variables, operationName: name });
    return { ...answer, data: answer.data ?? null };
  };
