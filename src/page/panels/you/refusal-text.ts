import { GatewayUnavailableError, RefusedError, SignedOutError } from "../../../client/errors.js";
import { durationText } from "./duration.js";

const REFUSALS: Readonly<Record<string, string>> = {
  INVALID_CREDENTIALS: "The user name or the password is wrong.",
  RATE_LIMITED: "Too many attempts.",
  UNAUTHENTICATED: "The session has ended. Sign in again.",
};

/** Why a login, step-up or revocation failed, for the person who tried. */
export function refusalText(error: unknown): string {
  if (error instanceof RefusedError)
    return `${REFUSALS[error.code] ?? `${error.message} (${error.code})`}${again(error.retryAfterSeconds)}`;
  if (error instanceof GatewayUnavailableError) return `${error.message}${again(error.retryAfterSeconds)}`;
  if (error instanceof SignedOutError) return `${endText(error.reason)} Sign in again.`;
  return error instanceof Error ? error.message : String(error);
}

const again = (seconds: number | undefined): string =>
  seconds === undefined ? "" : ` Try again in ${durationText(seconds)}.`;

const ENDS: Readonly<Record<string, string>> = {
  SESSION_EXPIRED: "The session has expired.",
  SESSION_REVOKED: "The session was ended, here or elsewhere.",
  SESSION_REUSED:
    "The session was ended because a used refresh token came back: somebody else may have a copy.",
  SUPERSEDED: "Another login replaced this one.",
};

/** Why a session is over. */
export const endText = (reason: string | undefined): string =>
  reason === undefined ? "The session is over." : (ENDS[reason] ?? `The session is over: ${reason}.`);
