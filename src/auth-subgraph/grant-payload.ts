import { nowSeconds } from "../domain/time.js";
import type { Grant } from "../sessions/session-service.js";
import type { AuthContext } from "./context.js";
import { AuthPayload } from "./types/auth-payload.js";

/** Grant → payload, and word to the front door that this answer must not be stored. */
export function grantPayload(grant: Grant, context: AuthContext): AuthPayload {
  context.onTokens();
  return new AuthPayload(grant, nowSeconds(context.clock));
}
