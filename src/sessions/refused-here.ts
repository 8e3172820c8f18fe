import { FaultError } from "../domain/errors.js";

const RETRY_SECONDS = 5;

/** This gateway lacks something that another one may have, so the user is not signed out: 503, try again. */
export const refusedHere = (reason: string, { isReported = false } = {}): FaultError =>
  new FaultError("SERVICE_UNAVAILABLE", reason, { details: { retryAfter: RETRY_SECONDS }, isReported });
