import type { Milliseconds } from "../../domain/time.js";
import type { RevocableToken, RevocationView } from "../../tokens/revocation-view.js";
import type { ClientSignal } from "./request-context.js";

/** Port: reports whether a token is revoked, and notifies about new revocations. */
export interface RevocationNews extends Pick<RevocationView, "isRevoked"> {
  /** Calls back with each revocation once `isRevoked` knows of it. @returns how to stop listening */
  onRevoked(listener: () => void): () => void;
}

/**
 * Why an operation of a revoked caller is cancelled. `revoked`: its results are withheld. `bySelf`: its own mutation at
 * the auth subgraph may have caused the revocation; no further fetch is sent, and the results so far are returned.
 */
export type CancelReason = "revoked" | "bySelf";

/** The running operations of callers who can be revoked. */
export interface RunningOperations {
  /** Must be called in the same turn in which the token was verified, so that no revocation is missed. */
  begin(token: RevocableToken, client: ClientSignal): RunningOperation;
  end(operation: RunningOperation): void;
  stop(): void;
}

/** A burst of revocations is checked once, a continuous stream a hundred times per second. */
const GATHER_MS: Milliseconds = 10;
/** Cancelling a call closes its connection. At most so many are cancelled per turn of the event loop. */
const MAX_CANCELLED_PER_TURN = 4;

/**
 * When a caller is revoked, their running operations are cancelled. It costs each request a few pointers. All running
 * operations are checked only when a revocation arrives, with the same check as for new requests.
 */
export function createRunningOperations(revocations: RevocationNews): RunningOperations {
  let first: RunningOperation | undefined;
  let isDue = false;

  const look = (): void => {
    isDue = false;
    let cancelled = 0;
    for (let each = first; each !== undefined; each = each.after) {
      if (!each.isOpenToCut || !revocations.isRevoked(each.token)) continue;
      each.cancel("revoked");
      cancelled += 1;
      if (cancelled < MAX_CANCELLED_PER_TURN) continue;
      isDue = true;
      setImmediate(look);
      return;
    }
  };
  const stop = revocations.onRevoked(() => {
    if (isDue) return;
    isDue = true;
    setTimeout(look, GATHER_MS);
  });

  return {
    begin(token, client) {
      const operation = new RunningOperation(token, client, revocations);
      operation.after = first;
      if (first !== undefined) first.before = operation;
      first = operation;
      return operation;
    },
    end(operation) {
      const { before, after } = operation;
      if (before === undefined) first = after;
      else before.after = after;
      if (after !== undefined) after.before = before;
      // Unlink it completely: a removed old object would keep its neighbours alive until the next major collection.
      operation.before = undefined;
      operation.after = undefined;
    },
    stop,
  };
}

type Listener = (event?: unknown) => void;

/** One operation, and the signal for its calls: aborted when the client disconnects or the operation is cancelled. */
export class RunningOperation implements ClientSignal {
  before: RunningOperation | undefined;
  after: RunningOperation | undefined;
  /** A mutation was sent to a subgraph; it may have been executed even if its answer is lost. */
  hasMutated = false;
  #cancelReason: CancelReason | undefined;
  #isAtAuth = false;
  #listeners: readonly Listener[] = NOBODY;

  constructor(
    readonly token: RevocableToken,
    private readonly client: ClientSignal,
    private readonly revocations: Pick<RevocationNews, "isRevoked">,
  ) {}

  get cancelReason(): CancelReason | undefined {
    return this.#cancelReason;
  }

  get aborted(): boolean {
    return this.#cancelReason !== undefined || this.client.aborted;
  }

  /** Is the answer no longer needed? */
  get isAbandoned(): boolean {
    return this.#cancelReason === "revoked" || this.client.aborted;
  }

  /** Not while its own mutation runs at the auth subgraph: a caller who signs out must get the answer. */
  get isOpenToCut(): boolean {
    return this.#cancelReason === undefined && !this.#isAtAuth;
  }

  cancel(reason: CancelReason): void {
    this.#cancelReason = reason;
    for (const listener of this.#listeners) listener();
  }

  /** Lets a mutation at the auth subgraph finish, and checks only then whether the caller was revoked. */
  async atAuth<T>(work: () => Promise<T>): Promise<T> {
    this.#isAtAuth = true;
    try {
      return await work();
    } finally {
      this.#isAtAuth = false;
      if (this.revocations.isRevoked(this.token)) this.cancel("bySelf");
    }
  }

  addEventListener(type: "abort", listener: Listener): void {
    this.client.addEventListener(type, listener);
    this.#listeners = this.#listeners === NOBODY ? [listener] : [...this.#listeners, listener];
  }

  removeEventListener(type: "abort", listener: Listener): void {
    this.client.removeEventListener(type, listener);
    const left = this.#listeners.filter((each) => each !== listener);
    this.#listeners = left.length === 0 ? NOBODY : left;
  }
}

const NOBODY: readonly Listener[] = [];
