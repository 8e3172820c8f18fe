/** The parts of a GraphQL response that this client reads. */
export interface GraphQLAnswer<Data = Readonly<Record<string, unknown>>> {
  readonly data?: Data | null;
  readonly errors?: readonly AnswerError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a step-up must achieve, so that the same operation succeeds. */
export interface Challenge {
  readonly code: string;
  /** The maximum age of the last proof of identity, in seconds. */
  readonly maxAge?: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a response body without trusting its shape; `undefined` when it is not a GraphQL response. */
export function parseAnswer(body: unknown): GraphQLAnswer | undefined {
  if (!isRecord(body)) return undefined;
  const errors = Array.isArray(body["errors"]) ? body["errors"].filter(isRecord).map(parseError) : undefined;
  const data = isRecord(body["data"]) ? body["data"] : undefined;
  if (data === undefined && errors === undefined) return undefined;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors }),
    ...(isRecord(body["extensions"]) ? { extensions: body["extensions"] } : {}),
  };
}

/** Everything else is looked at again where it is read. */
const parseError = (error: Readonly<Record<string, unknown>>): AnswerError =>
  ({ ...error, message: textOf(error["message"]) ?? "unknown error" }) as AnswerError;

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const errorCode = (error: AnswerError): string | undefined => textOf(error.extensions?.["code"]);

const CREDENTIAL_REASONS = ["TOKEN_EXPIRED", "TOKEN_REVOKED", "TOKEN_INVALID"];

/**
 * Did the gateway refuse the credential itself, before anything ran? Only then does a refresh help: a field that is
 * FORBIDDEN, or requires a fresh sign-in, is refused with a new token too.
 */
export const credentialRefused = (answer: GraphQLAnswer | undefined): boolean =>
  answer?.errors?.some(
    (error) =>
      errorCode(error) === "UNAUTHENTICATED" &&
      CREDENTIAL_REASONS.includes(String(error.extensions?.["reason"])),
  ) ?? false;

/** The same for a response body, which is a list when several operations were sent as a batch. */
export const credentialRefusedIn = (body: unknown): boolean =>
  (Array.isArray(body) ? body : [body]).some((one) => credentialRefused(parseAnswer(one)));

/** The combined challenge of a response, if it has one. */
export function challengeOf(answer: GraphQLAnswer): Challenge | undefined {
  const challenge = answer.extensions?.["challenge"];
  if (!isRecord(challenge) || typeof challenge["code"] !== "string") return undefined;
  const maxAge = challenge["maxAge"];
  return { code: challenge["code"], ...(typeof maxAge === "number" ? { maxAge } : {}) };
}

/** The challenge of an answer, if a fresh sign-in meets it. */
export function stepUpChallenge(answer: GraphQLAnswer | undefined): Challenge | undefined {
  const challenge = answer === undefined ? undefined : challengeOf(answer);
  return challenge?.code === "STEP_UP_REQUIRED" ? challenge : undefined;
}

/** The reason of the first `UNAUTHENTICATED` error in a response body. */
export const credentialReason = (body: unknown): string | undefined => {
  const refused = parseAnswer(body)?.errors?.find((error) => errorCode(error) === "UNAUTHENTICATED");
  const reason = refused?.extensions?.["reason"];
  return typeof reason === "string" ? reason : undefined;
};
