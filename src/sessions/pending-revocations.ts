import type { RevokeAllSessions, RevokeSession } from "../domain/commands.js";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { Milliseconds } from "../domain/time.js";
import type { SessionStore } from "./store.js";

/** Revocations that were answered PENDING and must still reach the store (sessions §6). */
export interface PendingRevocations {
  /** @returns false when the queue is full: the caller then has to say that nothing was done */
  add(command: RevokeSession | RevokeAllSessions): boolean;
  readonly size: number;
  close(): void;
}

const CAPACITY = 100_000;

/**
 * Keeps trying until the store takes each command. The verbs check ownership again in the store and are idempotent,
 * so a replay after an unnoticed success does no harm.
 */
export function createPendingRevocations(
  store: SessionStore,
  policy: SessionPolicy,
  emit: Emit,
  retryMs: Milliseconds = 1000,
): PendingRevocations {
  const waiting = new Map<string, RevokeSession | RevokeAllSessions>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const submit = async (command: RevokeSession | RevokeAllSessions): Promise<void> => {
    const { revoked, confirmed } =
      command.kind === "revoke"
        ? await store.revoke(command, policy)
        : await store.revokeAll(command, policy);
    if (!confirmed) return;
    emit({
      type: command.kind === "revoke" ? "session.revoked" : "user.signed_out",
      tenant: command.tenant,
      userId: command.userId,
      ...(command.kind === "revoke" ? { sessionId: command.id } : {}),
      reason: "pending",
      revoked,
    });
  };

  const drain = async (): Promise<void> => {
    for (const [key, command] of waiting) {
      try {
        await submit(command);
        waiting.delete(key);
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        return;
      }
    }
  };

  const schedule = (): void => {
    if (closed || timer !== undefined || waiting.size === 0) return;
    timer = setTimeout(() => {
      drain()
        .catch(() => emit({ type: "fault", reason: "a pending revocation could not be replayed" }))
        .finally(() => {
          timer = undefined;
          schedule();
        });
    }, retryMs);
    timer.unref();
  };

  return {
    add(command) {
      const key = command.kind === "revoke" ? command.id : JSON.stringify([command.tenant, command.userId]);
      if (!waiting.has(key) && waiting.size >= CAPACITY) return false;
      waiting.set(key, command);
      schedule();
      return true;
    },
    get size() {
      return waiting.size;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
