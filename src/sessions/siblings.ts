import type { Revocation } from "../domain/revocation.js";
import type { Promised } from "./keep-promise.js";

/** A revocation answered PENDING: what has to reach the store, and what is in force until it has. */
export interface SharedPromise {
  readonly promised: Promised;
  readonly mark: Revocation;
}

/**
 * Port: the other processes that answer on the same port. While the store is away nothing else could tell them what
 * one of them promised.
 */
export interface Siblings {
  tell(promise: SharedPromise): void;
  listen(listener: (promise: SharedPromise) => void): void;
}
