import { nowSeconds } from "../domain/time.js";
import type { Grant } from "../sessions/session-service.js";
import type { AuthContext } from "./context.js";
import { AuthPayload } from "./types/auth-payload.js";

/** Grant → payload. Also marks the response as one that holds tokens, so that it gets `Cache-Control: no-store`. */
export function grantPayload(grant: Grant, context: AuthContext): AuthPayload {
  context.onTokens();
  return new AuthPayload(grant, nowSeconds(context.clock));
}
