import type { Revocation } from "../domain/revocation.js";
import type { Promised } from "./keep-promise.js";

/** A revocation that was answered PENDING, and the mark that applies until the store has it. */
export interface SharedPromise {
  readonly promised: Promised;
  readonly mark: Revocation;
}

/**
 * Port: the other processes of this gateway, which serve the same port. While the store does not answer, this is the
 * only way to share a revocation that one of them has accepted.
 */
export interface Siblings {
  send(promise: SharedPromise): void;
  listen(listener: (promise: SharedPromise) => void): void;
}
