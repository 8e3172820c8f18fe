import { GraphQLError } from "graphql";
import { AuthError, ERROR_TABLE, FaultError, type PublicDetails } from "../domain/errors.js";

const extensionsOf = (details: PublicDetails): Record<string, unknown> => ({
  ...(details.reason === undefined ? {} : { reason: details.reason }),
  ...(details.retryAfter === undefined ? {} : { retryAfter: details.retryAfter }),
});

/** An argument that fits the schema but not its field. The message goes to the client: it quotes no value. */
export class InvalidArgumentError extends Error {
  override readonly name = "InvalidArgumentError";
}

/**
 * The error as the client may see it: code, public text and path, nothing else.
 *
 * @param onFault - receives the inner text of every error that is not a refusal
 */
export function publicError(error: GraphQLError, onFault: (innerText: string) => void): GraphQLError {
  const { originalError } = error;
  const path = error.path === undefined ? {} : { path: error.path };
  if (originalError instanceof AuthError) {
    const { code, details } = originalError;
    return new GraphQLError(ERROR_TABLE[code].publicText, {
      ...path,
      extensions: { code, ...extensionsOf(details) },
    });
  }
  if (originalError instanceof FaultError) {
    const { code, details } = originalError;
    if (!originalError.isReported) onFault(originalError.message);
    return new GraphQLError(ERROR_TABLE[code].publicText, {
      ...path,
      extensions: { code, ...extensionsOf(details) },
    });
  }
  if (originalError instanceof InvalidArgumentError) return badInput(originalError.message, path);
  // graphql-js could not read an argument, and its message quotes the value.
  if (originalError instanceof GraphQLError) return badInput("An argument does not fit its type.", path);
  // The message of an unexpected error may quote a value; its name cannot.
  onFault(`unexpected ${originalError?.name ?? "GraphQLError"} in the auth subgraph`);
  return new GraphQLError(ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText, {
    ...path,
    extensions: { code: "INTERNAL_SERVER_ERROR" },
  });
}

/**
 * Nothing was executed, because a variable does not fit its type. graphql-js would quote it, and it may be a secret.
 */
export const invalidVariables = (): GraphQLError => badInput("A variable does not fit its type.");

const badInput = (
  message: string,
  path: { readonly path?: readonly (string | number)[] } = {},
): GraphQLError => new GraphQLError(message, { ...path, extensions: { code: "BAD_USER_INPUT" } });
