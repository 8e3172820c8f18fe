import { type ErrorCode, errorRow } from "../domain/errors.js";

/** The part of a formatted error that decides a status. */
export interface CodedError {
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: { readonly code?: unknown } | undefined;
}

export interface ResultShape {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly CodedError[] | undefined;
}

/** Refusals and throttles: the client must sign in, step up or wait. An error with any other code counts as an answer. */
const AUTH_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "INVALID_CREDENTIALS",
  "SECOND_FACTOR_INVALID",
  "INVALID_GRANT",
  "INVALID_SCOPE",
  "RATE_LIMITED",
  "SERVICE_UNAVAILABLE",
]);

/** With different refusals, the first status of this list is used: it helps the client most. */
const PRECEDENCE = [503, 429, 401, 403, 200] as const;

/**
 * Decides the HTTP status of a whole response (docs/spec/wire.md §2.3). It is 200 when at least one root field has data
 * or an error that is not about authorization; else the status that all errors share; else the first of 503, 429, 401,
 * 403, 200.
 *
 * @returns `undefined` for errors that are not in our error table (parse, validation and request errors)
 */
export function statusOf({ data, errors }: ResultShape): number | undefined {
  if (errors === undefined || errors.length === 0) return undefined;
  const codes = errors.map((error) => String(error.extensions?.code));
  if (data === undefined) {
    const rows = codes.map((code) => errorRow(code)?.status);
    return rows.includes(undefined) ? undefined : strongest(rows as readonly number[]);
  }
  if (producedData(data, errors) || codes.some((code) => !AUTH_CODES.has(code))) return 200;
  return strongest(codes.map((code) => errorRow(code)?.status ?? 200));
}

/** A root field that is null without an error of its own is an answer too ("there is no session"). */
function producedData(
  data: Readonly<Record<string, unknown>> | null,
  errors: readonly CodedError[],
): boolean {
  if (data === null) return false;
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  // An error without a path may belong to any field: then a null proves nothing.
  const nullCounts = !failed.has(undefined);
  return Object.keys(data).some((key) => (data[key] === null ? nullCounts && !failed.has(key) : true));
}

function strongest(statuses: readonly number[]): number {
  const distinct = new Set(statuses);
  const [only] = distinct;
  if (distinct.size === 1 && only !== undefined) return only;
  return PRECEDENCE.find((status) => distinct.has(status)) ?? Math.max(...distinct);
}
