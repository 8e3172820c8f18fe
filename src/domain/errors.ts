import type { ProblemKind } from "./problem-kinds.js";
import type { Seconds } from "./time.js";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface ErrorRow {
  /** HTTP status when the whole response has this code (docs/spec/wire.md §2.3). */
  readonly status: number;
  /** The only text that a client sees. It gives no details. */
  readonly publicText: string;
  readonly logLevel: LogLevel;
  /** Can the same request succeed later, unchanged? */
  readonly retryable: boolean;
}

/**
 * The one table of failure codes. `docs/reference/errors.md` and this table are held equal by a test.
 * Apollo Server's own codes (GRAPHQL_PARSE_FAILED …) keep Apollo's rows.
 */
export const ERROR_TABLE = {
  UNAUTHENTICATED: { status: 401, publicText: "Sign in to see this.", logLevel: "info", retryable: false },
  FORBIDDEN: { status: 403, publicText: "Not allowed.", logLevel: "info", retryable: false },
  ORIGIN_REFUSED: {
    status: 403,
    publicText: "The origin of this request may not use the cookies it came with.",
    logLevel: "warn",
    retryable: false,
  },
  STEP_UP_REQUIRED: {
    status: 403,
    publicText: "A more recent sign-in is needed.",
    logLevel: "info",
    retryable: false,
  },
  INVALID_CREDENTIALS: {
    status: 200,
    publicText: "The credentials are not valid.",
    logLevel: "info",
    retryable: false,
  },
  SECOND_FACTOR_INVALID: {
    status: 200,
    publicText: "The second factor is not valid.",
    logLevel: "info",
    retryable: false,
  },
  INVALID_GRANT: {
    status: 200,
    publicText: "The session cannot be refreshed.",
    logLevel: "info",
    retryable: false,
  },
  INVALID_SCOPE: {
    status: 200,
    publicText: "The requested scope is not part of the grant.",
    logLevel: "info",
    retryable: false,
  },
  RATE_LIMITED: {
    status: 429,
    publicText: "Too many attempts; try again later.",
    logLevel: "warn",
    retryable: true,
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    publicText: "The service is temporarily unavailable; try again.",
    logLevel: "error",
    retryable: true,
  },
  OPERATION_TOO_COMPLEX: {
    status: 400,
    publicText: "The operation is too complex.",
    logLevel: "info",
    retryable: false,
  },
  OPERATION_UNPLANNABLE: {
    status: 501,
    publicText: "This operation cannot be served.",
    logLevel: "error",
    retryable: false,
  },
  SUBGRAPH_ERROR: {
    status: 200,
    publicText: "A subgraph reported an error.",
    logLevel: "warn",
    retryable: false,
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 200,
    publicText: "A subgraph is unavailable.",
    logLevel: "error",
    retryable: true,
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    publicText: "Something went wrong on our side.",
    logLevel: "error",
    retryable: false,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** The row of a code; `undefined` for a code that is not in the table. */
export const errorRow = (code: string): ErrorRow | undefined =>
  Object.hasOwn(ERROR_TABLE, code) ? ERROR_TABLE[code as ErrorCode] : undefined;

/** Details that the client receives with the code. Every field is safe to send. */
export interface PublicDetails {
  readonly reason?: string;
  /** Seconds until a retry makes sense. */
  readonly retryAfter?: Seconds;
}

/**
 * A refusal: the request was understood and the answer is no.
 *
 * `message` is the inner text, for logs; clients receive `ERROR_TABLE[code].publicText`.
 * No message may hold a token, password, cookie or key.
 */
export class AuthError extends Error {
  override readonly name = "AuthError";
  constructor(
    readonly code: ErrorCode,
    innerText: string,
    readonly details: PublicDetails = {},
  ) {
    super(innerText);
  }
}

/** A fault of the gateway or of something it depends on. Clients receive the public text and the request id. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  constructor(
    readonly code: "SERVICE_UNAVAILABLE" | "INTERNAL_SERVER_ERROR" | "OPERATION_UNPLANNABLE",
    innerText: string,
    options?: {
      readonly cause?: unknown;
      readonly details?: PublicDetails;
      /** An event of its own reports it, so it is no `fault` event as well. Default false. */
      readonly isReported?: boolean;
    },
  ) {
    super(innerText, options?.cause === undefined ? undefined : { cause: options.cause });
    this.details = options?.details ?? {};
    this.isReported = options?.isReported ?? false;
  }
  readonly details: PublicDetails;
  readonly isReported: boolean;
}

/** One thing wrong with configuration or SDL: where, what was found, what is allowed, how to fix it. */
export interface Problem {
  /** Configuration key (`server.port`) or schema coordinate (`Query.me`), with the subgraph where known. */
  readonly where: string;
  readonly found: string;
  readonly allowed: string;
  readonly fix: string;
  /** Stable, for scripts: a row of `PROBLEM_KINDS`, or a code of the composer. */
  readonly kind: ProblemKind;
  readonly subgraph?: string;
}

/** Misuse at start. Reports every problem at once, and no stack trace. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(problemText).join("\n"));
  }
}

/** A problem as one line, as every command of the CLI prints it. */
export const problemText = (problem: Problem): string =>
  `${problem.subgraph === undefined ? "" : `[${problem.subgraph}] `}${problem.where}: found ${problem.found}; allowed: ${problem.allowed}. Fix: ${problem.fix}`;
