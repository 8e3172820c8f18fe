import type { Milliseconds } from "../../domain/time.js";
import type { RevocableToken, RevocationView } from "../../tokens/revocation-view.js";
import type { ClientSignal } from "./request-context.js";

/** Port: what is revoked, and when it is time to ask. */
export interface RevocationNews extends Pick<RevocationView, "isRevoked"> {
  /** Calls back with each revocation once `isRevoked` knows of it. @returns how to stop listening */
  onRevoked(listener: () => void): () => void;
}

/**
 * Why an operation whose caller was revoked goes no further. `revoked`: what it has is withheld. `bySelf`: its own
 * mutation at the auth subgraph did it, or something else meanwhile; nothing more is sent, and what it has is told.
 */
export type Cut = "revoked" | "bySelf";

/** Operations of callers who can be revoked, while they run. */
export interface RunningOperations {
  /** To be called in the turn in which the token was found good, so that no revocation falls in between. */
  begin(token: RevocableToken, client: ClientSignal): RunningOperation;
  end(operation: RunningOperation): void;
  stop(): void;
}

/** A burst of revocations is looked into once, and a stream of them a hundred times a second. */
const GATHER_MS: Milliseconds = 10;
/** Ending a call closes its connection: that many in one turn of the event loop, so that others get theirs. */
const CUT_AT_ONCE = 4;

/**
 * Ends what revoked callers have running. Costs a request a few pointers; everybody is looked at only when a
 * revocation arrives, by the same question that is asked of a new request, so there is no second law of who is hit.
 */
export function createRunningOperations(revocations: RevocationNews): RunningOperations {
  let first: RunningOperation | undefined;
  let isDue = false;

  const look = (): void => {
    isDue = false;
    let cut = 0;
    for (let each = first; each !== undefined; each = each.after) {
      if (!each.isOpenToCut || !revocations.isRevoked(each.token)) continue;
      each.cutOff("revoked");
      cut += 1;
      if (cut < CUT_AT_ONCE) continue;
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
      // An old object that is gone would hold on to its neighbours until the next major collection.
      operation.before = undefined;
      operation.after = undefined;
    },
    stop,
  };
}

type Listener = (event?: unknown) => void;

/** One operation, and the signal that its calls listen to: aborted when the client goes away, or it is cut off. */
export class RunningOperation implements ClientSignal {
  before: RunningOperation | undefined;
  after: RunningOperation | undefined;
  /** A mutation has been sent to a subgraph: it may have been done, whatever becomes of its answer. */
  hasMutated = false;
  #cut: Cut | undefined;
  #isAtAuth = false;
  #listeners: readonly Listener[] = NOBODY;

  constructor(
    readonly token: RevocableToken,
    private readonly client: ClientSignal,
    private readonly revocations: Pick<RevocationNews, "isRevoked">,
  ) {}

  get cut(): Cut | undefined {
    return this.#cut;
  }

  get aborted(): boolean {
    return this.#cut !== undefined || this.client.aborted;
  }

  /** Will nobody be told what it comes to? */
  get isAbandoned(): boolean {
    return this.#cut === "revoked" || this.client.aborted;
  }

  /** Not while a mutation of its own runs at the auth subgraph: who signs out is owed the answer. */
  get isOpenToCut(): boolean {
    return this.#cut === undefined && !this.#isAtAuth;
  }

  cutOff(cut: Cut): void {
    this.#cut = cut;
    for (const listener of this.#listeners) listener();
  }

  /** Lets a mutation at the auth subgraph come to its answer, and asks only then whether the caller is still good. */
  async atAuth<T>(work: () => Promise<T>): Promise<T> {
    this.#isAtAuth = true;
    try {
      return await work();
    } finally {
      this.#isAtAuth = false;
      if (this.revocations.isRevoked(this.token)) this.cutOff("bySelf");
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
