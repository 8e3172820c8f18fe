import { GraphQLError } from "graphql";
import { AuthError, ERROR_TABLE, FaultError, type PublicDetails } from "../domain/errors.js";

const extensionsOf = (details: PublicDetails): Record<string, unknown> => ({
  ...(details.reason === undefined ? {} : { reason: details.reason }),
  ...(details.retryAfter === undefined ? {} : { retryAfter: details.retryAfter }),
});

/** An argument that the schema admits and its field does not. The message goes to the client: it quotes no value. */
export class UnfitArgument extends Error {
  override readonly name = "UnfitArgument";
}

/**
 * What a client may learn of a failure: code, public text, path. Everything else stays inside.
 *
 * @param onFault - told the inner text of what was no refusal
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
    onFault(originalError.message);
    return new GraphQLError(ERROR_TABLE[code].publicText, {
      ...path,
      extensions: { code, ...extensionsOf(details) },
    });
  }
  if (originalError instanceof UnfitArgument) return unfit(originalError.message, path);
  // graphql-js itself could not read an argument; its text quotes it.
  if (originalError instanceof GraphQLError) return unfit("An argument does not fit its type.", path);
  // An unexpected error's own text may quote what it choked on; its name cannot.
  onFault(`unexpected ${originalError?.name ?? "GraphQLError"} in the auth subgraph`);
  return new GraphQLError(ERROR_TABLE.INTERNAL_SERVER_ERROR.publicText, {
    ...path,
    extensions: { code: "INTERNAL_SERVER_ERROR" },
  });
}

/** The request never began: its variables do not fit. graphql-js would quote them, and they may be secrets. */
export const unfitVariables = (): GraphQLError => unfit("A variable does not fit its type.");

const unfit = (message: string, path: { readonly path?: readonly (string | number)[] } = {}): GraphQLError =>
  new GraphQLError(message, { ...path, extensions: { code: "BAD_USER_INPUT" } });
