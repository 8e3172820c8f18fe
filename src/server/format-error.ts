import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { AuthError, ERROR_TABLE, FaultError, type PublicDetails } from "../domain/errors.js";
import { withoutNames, withoutValues } from "./echoes.js";

/** Told about faults of ours, with the inner text; what the client reads is masked. */
export type TellFault = (reason: string) => void;

/** Codes worded by the parser and the validator: their texts may quote the document. */
const QUOTING: ReadonlySet<string> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
]);

/**
 * The last look at every error before it leaves: refusals and faults get their poor outer text from the one
 * table, anything unexpected is masked, and texts that could quote a value are rewritten without it.
 *
 * @param namesSchema - may a text name what the document does not? Only where everybody may read the schema
 */
export function createFormatError(
  tellFault: TellFault,
  namesSchema: boolean,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = rootOf(error);
    if (cause instanceof AuthError) return worded(formatted, cause.code, cause.details);
    if (cause instanceof FaultError) {
      tellFault(cause.message);
      return worded(formatted, cause.code, cause.details);
    }
    const code = isClientsFault(cause) ? "BAD_REQUEST" : String(formatted.extensions?.["code"]);
    if (code === "INTERNAL_SERVER_ERROR") {
      if (cause !== undefined) tellFault(`${cause.name}: ${cause.message}`);
      return worded(formatted, "INTERNAL_SERVER_ERROR", {});
    }
    // A validation rule of ours may carry a code of its own; Apollo Server overwrites it with the general one.
    const own = (cause instanceof GraphQLError ? cause.extensions["code"] : undefined) ?? code;
    const extensions = { ...formatted.extensions, code: own };
    if (!QUOTING.has(code)) return { ...formatted, extensions };
    const message = withoutValues(formatted.message);
    if (namesSchema || code === "BAD_USER_INPUT") return { ...formatted, message, extensions };
    return { ...formatted, message: withoutNames(message, sourceOf(error)), extensions };
  };
}

/** Apollo Server gives some refusals a 4xx status and no code; its default code would make them faults of ours. */
function isClientsFault(cause: Error | undefined): boolean {
  if (!(cause instanceof GraphQLError) || cause.extensions["code"] !== undefined) return false;
  const http = cause.extensions["http"] as { readonly status?: unknown } | undefined;
  return typeof http?.status === "number" && http.status >= 400 && http.status < 500;
}

/** The document an error of parser or validator speaks of. */
const sourceOf = (error: unknown): string =>
  error instanceof GraphQLError ? (error.source?.body ?? "") : "";

function rootOf(error: unknown): Error | undefined {
  let root = error;
  while (root instanceof GraphQLError && root.originalError !== undefined) root = root.originalError;
  return root instanceof Error ? root : undefined;
}

const worded = (
  { path, locations }: GraphQLFormattedError,
  code: keyof typeof ERROR_TABLE,
  { reason, retryAfter }: PublicDetails,
): GraphQLFormattedError => ({
  message: ERROR_TABLE[code].publicText,
  ...(locations === undefined ? {} : { locations }),
  ...(path === undefined ? {} : { path }),
  extensions: {
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  },
});
