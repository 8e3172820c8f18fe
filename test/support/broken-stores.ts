import type { RevokeOutcome } from "../../src/domain/commands.js";
import type { SessionStoreSubject } from "../../src/testing/index.js";
import { memorySubject } from "./store-subjects.js";

/** Wraps the memory store in one plausible mistake. The contract suite must notice each. */
function breakStore(
  mistake: (subject: SessionStoreSubject) => Partial<SessionStoreSubject["store"]>,
): SessionStoreSubject {
  const subject = memorySubject();
  return { ...subject, store: { ...subject.store, ...mistake(subject) } };
}

/** Compares the grace window in whole seconds, rounded down. */
export const coarseClockStore = (): SessionStoreSubject =>
  breakStore(({ store }) => ({
    rotate: (command, policy) => store.rotate(command, { ...policy, graceSeconds: policy.graceSeconds + 1 }),
  }));

/** Signs a user out by ending the listed sessions, without raising the epoch. */
export const epochlessStore = (): SessionStoreSubject =>
  breakStore(({ store }) => ({
    async revokeAll(command, policy) {
      const sessions = await store.list(command.tenant, command.userId);
      const outcomes: RevokeOutcome[] = [];
      for (const { id, tenant, userId } of sessions)
        outcomes.push(await store.revoke({ kind: "revoke", id, tenant, userId }, policy));
      return { kind: "revoked", revoked: outcomes.length, confirmed: true };
    },
  }));

/** Reads, waits, then writes: two parallel refreshes both count as the first. */
export const racingStore = (): SessionStoreSubject =>
  breakStore(({ store }) => {
    const winners = new Map<string, Awaited<ReturnType<typeof store.rotate>>>();
    return {
      async rotate(command, policy) {
        const key = `${command.id}/${command.generation}`;
        const outcome = await store.rotate(command, policy);
        if (outcome.kind === "rotated") winners.set(key, outcome);
        const first = winners.get(key);
        return outcome.kind === "repeated" && first !== undefined ? first : outcome;
      },
    };
  });
