import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { AuthError, ERROR_TABLE, FaultError, type PublicDetails } from "../domain/errors.js";
import { withoutNames, withoutValues } from "./echoes.js";

/** Called for each fault with its inner text; the client gets a masked message. */
export type ReportFault = (reason: string) => void;

/** Error codes of the parser and the validator, whose messages may quote the document. */
const QUOTING: ReadonlySet<string> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
]);

/**
 * Formats every error before it is sent. Refusals and faults get their public text from the error table, unexpected
 * errors are masked, and messages that could quote a value are rewritten without it.
 *
 * @param namesSchema - messages may contain schema names that the document does not; only where every caller may read
 * the schema
 */
export function createFormatError(
  reportFault: ReportFault,
  namesSchema: boolean,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = rootOf(error);
    if (cause instanceof AuthError) return worded(formatted, cause.code, cause.details);
    if (cause instanceof FaultError) {
      if (!cause.isReported) reportFault(cause.message);
      return worded(formatted, cause.code, cause.details);
    }
    const code = isClientsFault(cause) ? "BAD_REQUEST" : String(formatted.extensions?.["code"]);
    if (code === "INTERNAL_SERVER_ERROR") {
      if (cause !== undefined) reportFault(`${cause.name}: ${cause.message}`);
      return worded(formatted, "INTERNAL_SERVER_ERROR", {});
    }
    // Our own validation rules may set a code; Apollo Server overwrites it with the general one.
    const own = (cause instanceof GraphQLError ? cause.extensions["code"] : undefined) ?? code;
    const extensions = { ...formatted.extensions, code: own };
    if (!QUOTING.has(code)) return { ...formatted, extensions };
    const message = withoutValues(formatted.message);
    if (namesSchema || code === "BAD_USER_INPUT") return { ...formatted, message, extensions };
    return { ...formatted, message: withoutNames(message, sourceOf(error)), extensions };
  };
}

/** Apollo Server gives some refusals a 4xx status and no code; its default code would report them as our faults. */
function isClientsFault(cause: Error | undefined): boolean {
  if (!(cause instanceof GraphQLError) || cause.extensions["code"] !== undefined) return false;
  const http = cause.extensions["http"] as { readonly status?: unknown } | undefined;
  return typeof http?.status === "number" && http.status >= 400 && http.status < 500;
}

/** The document that an error of the parser or validator is about. */
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
