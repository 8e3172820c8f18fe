import { userReference } from "../credentials/user-directory.js";
import type { TenantId, UserId } from "../domain/brand.js";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { SessionPolicy } from "../domain/policy.js";
import { partitionOf } from "../domain/session.js";
import type { Milliseconds } from "../domain/time.js";
import { keepPromise, type Promised } from "./keep-promise.js";
import type { SessionStore } from "./store.js";

/** Revocations that were answered PENDING and must still reach the store (docs/spec/sessions.md §6.2). */
export interface PendingRevocations {
  /** @returns false when the queue is full: the caller must then report that nothing was done */
  add(promised: Promised): boolean;
  /**
   * Sends a pending sign-out everywhere of this user to the store. Called before a login, because its session would
   * otherwise have the epoch that the sign-out is going to end.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` while the store does not answer
   */
  settle(tenant: TenantId, userId: UserId): Promise<void>;
  readonly size: number;
  /** Tries until the deadline to send the rest to the store, and reports each one that is left. */
  close(deadlineMs: Milliseconds): Promise<void>;
}

export interface PendingRevocationsOptions {
  readonly store: SessionStore;
  readonly policy: SessionPolicy;
  readonly emit: Emit;
  /**
   * Applies a pending revocation in this gateway. Called repeatedly, because this gateway does not know how long the
   * tokens of other gateways are valid.
   */
  readonly hold?: (promised: Promised) => void;
  readonly capacity?: number;
  readonly firstRetryMs?: Milliseconds;
  readonly longestRetryMs?: Milliseconds;
}

/** Every revocation is valid for longer than this, because it includes `ISSUE_SLACK_SECONDS`. */
const HOLD_EVERY_MS: Milliseconds = 10_000;

/**
 * Has one queue per partition of the store, each with its own retries: a shard that is down does not delay the
 * sign-outs of other shards.
 */
export function createPendingRevocations(options: PendingRevocationsOptions): PendingRevocations {
  const { store, policy, emit, capacity = 100_000, firstRetryMs = 200, longestRetryMs = 2_000 } = options;
  const queues = new Map<number, Map<string, Promised>>();
  const timers = new Map<number, NodeJS.Timeout>();
  let closed = false;
  let holding: NodeJS.Timeout | undefined;

  const size = (): number => [...queues.values()].reduce((sum, queue) => sum + queue.size, 0);

  const holdAll = (): void => {
    for (const queue of queues.values()) for (const promised of queue.values()) options.hold?.(promised);
    if (size() > 0) return;
    clearInterval(holding);
    holding = undefined;
  };

  /** Sends one revocation to the store. If a newer one with the same key was added in between, that one stays. */
  const sendToStore = async (
    queue: Map<string, Promised>,
    key: string,
    promised: Promised,
  ): Promise<void> => {
    const revoked = await keepPromise(store, policy, promised);
    if (queue.get(key) !== promised) return;
    queue.delete(key);
    emit({
      type: promised.kind === "session" ? "session.revoked" : "user.signed_out",
      tenant: promised.tenant,
      userId: promised.userId,
      ...(promised.kind === "session" ? { sessionId: promised.id } : {}),
      reason: "pending",
      revoked,
    });
  };

  /** @returns false when the store did not accept all of it */
  const drain = async (queue: Map<string, Promised>): Promise<boolean> => {
    let isDone = true;
    for (const [key, promised] of queue) {
      try {
        await sendToStore(queue, key, promised);
      } catch (error) {
        // The store does not answer, so the others of this partition would fail too.
        if (error instanceof FaultError) return false;
        isDone = false;
        emit({ type: "fault", reason: "the store refused a pending revocation; it is tried again" });
      }
    }
    return isDone;
  };

  const schedule = (partition: number, queue: Map<string, Promised>, delayMs: Milliseconds): void => {
    if (closed || timers.has(partition)) return;
    const timer = setTimeout(async () => {
      const isDone = await drain(queue);
      timers.delete(partition);
      if (!isDone || queue.size > 0)
        schedule(partition, queue, isDone ? firstRetryMs : Math.min(2 * delayMs, longestRetryMs));
    }, delayMs);
    timer.unref();
    timers.set(partition, timer);
  };

  const queueOf = (tenant: TenantId, userId: UserId) => {
    const partition = partitionOf(Buffer.from(userReference(tenant, userId), "base64url"));
    const queue = queues.get(partition) ?? new Map<string, Promised>();
    queues.set(partition, queue);
    return { partition, queue };
  };

  return {
    add(promised) {
      const { partition, queue } = queueOf(promised.tenant, promised.userId);
      const key = promised.kind === "session" ? promised.id : signOutKey(promised.tenant, promised.userId);
      if (!queue.has(key) && size() >= capacity) return false;
      queue.set(key, promised);
      holding ??= setInterval(holdAll, HOLD_EVERY_MS).unref();
      schedule(partition, queue, firstRetryMs);
      return true;
    },
    async settle(tenant, userId) {
      const { queue } = queueOf(tenant, userId);
      const key = signOutKey(tenant, userId);
      const promised = queue.get(key);
      if (promised !== undefined) await sendToStore(queue, key, promised);
    },
    get size() {
      return size();
    },
    async close(deadlineMs) {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      const endsAtMs = performance.now() + deadlineMs;
      const drainToEnd = async (queue: Map<string, Promised>): Promise<void> => {
        while (!(await drain(queue)) && performance.now() + firstRetryMs < endsAtMs)
          await new Promise((resolve) => setTimeout(resolve, firstRetryMs));
      };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([Promise.all([...queues.values()].map(drainToEnd)), late]);
      clearTimeout(timer);
      clearInterval(holding);
      for (const queue of queues.values())
        for (const promised of queue.values())
          emit({
            type: "revocation.lost",
            tenant: promised.tenant,
            userId: promised.userId,
            ...(promised.kind === "session" ? { sessionId: promised.id } : {}),
            reason: "it was answered PENDING, and the store did not accept it before this gateway stopped",
          });
    },
  };
}

/** Never equal to a session id, so both kinds of keys can share a map. */
const signOutKey = (tenant: TenantId, userId: UserId): string => JSON.stringify([tenant, userId]);
