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
  /** @returns false when the queue is full: the caller then has to say that nothing was done */
  add(promised: Promised): boolean;
  /**
   * Brings a sign-out everywhere to the store that is still pending for this user. Asked before a login, whose session
   * would else be of the epoch that is about to end.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` while the store does not answer
   */
  settle(tenant: TenantId, userId: UserId): Promise<void>;
  readonly size: number;
  /** Tries until the deadline to bring the rest to the store, and reports by id what is left. */
  close(deadlineMs: Milliseconds): Promise<void>;
}

export interface PendingRevocationsOptions {
  readonly store: SessionStore;
  readonly policy: SessionPolicy;
  readonly emit: Emit;
  /**
   * Puts into force here what is still pending, again and again: how long the tokens of other gateways live is not known
   * to this one.
   */
  readonly hold?: (promised: Promised) => void;
  readonly capacity?: number;
  readonly firstRetryMs?: Milliseconds;
  readonly longestRetryMs?: Milliseconds;
}

/** No mark counts for less, since none leaves out the slack of issuing. */
const HOLD_EVERY_MS: Milliseconds = 10_000;

/**
 * One queue for each partition of the store, each with its own pace: a part of the store that is down holds up nobody
 * else's logout.
 */
export function createPendingRevocations(options: PendingRevocationsOptions): PendingRevocations {
  const { store, policy, emit, capacity = 100_000, firstRetryMs = 200, longestRetryMs = 2_000 } = options;
  const queues = new Map<number, Map<string, Promised>>();
  const timers = new Map<number, NodeJS.Timeout>();
  let closed = false;
  let holding: NodeJS.Timeout | undefined;

  const size = (): number => [...queues.values()].reduce((sum, queue) => sum + queue.size, 0);

  const holdOn = (): void => {
    for (const queue of queues.values()) for (const promised of queue.values()) options.hold?.(promised);
    if (size() > 0) return;
    clearInterval(holding);
    holding = undefined;
  };

  /** Keeps one promise; a newer one about the same thing, added meanwhile, stays. */
  const bring = async (queue: Map<string, Promised>, key: string, promised: Promised): Promise<void> => {
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

  /** @returns false when the store did not take all of it */
  const drain = async (queue: Map<string, Promised>): Promise<boolean> => {
    let isDone = true;
    for (const [key, promised] of queue) {
      try {
        await bring(queue, key, promised);
      } catch (error) {
        // The store is away, for the others of this partition too.
        if (error instanceof FaultError) return false;
        isDone = false;
        emit({ type: "fault", reason: "a pending revocation could not be brought to the store" });
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
      holding ??= setInterval(holdOn, HOLD_EVERY_MS).unref();
      schedule(partition, queue, firstRetryMs);
      return true;
    },
    async settle(tenant, userId) {
      const { queue } = queueOf(tenant, userId);
      const key = signOutKey(tenant, userId);
      const promised = queue.get(key);
      if (promised !== undefined) await bring(queue, key, promised);
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
            reason: "answered PENDING, and the store did not take it before this gateway ended",
          });
    },
  };
}

/** No session id is spelt like it. */
const signOutKey = (tenant: TenantId, userId: UserId): string => JSON.stringify([tenant, userId]);
