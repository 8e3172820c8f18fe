import { type SessionId, type TenantId, type UserId, userId } from "../domain/brand.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import type { Milliseconds } from "../domain/time.js";
import type { SessionStore } from "./store.js";

/** What is seen meanwhile is written together. */
const DELAY_MS: Milliseconds = 50;
const RETRY_AFTER_MS: Milliseconds = 1000;
const AT_ONCE = 64;
/** Beyond this many a store is down for long: what else is seen is not remembered, and a replay is found out later. */
const MAX_WAITING = 10_000;
const MAX_KNOWN = 50_000;

interface Sighting {
  readonly id: SessionId;
  readonly tenant: TenantId;
  readonly userId: UserId;
  readonly generation: number;
}

/** Tells the store which generations of a session are in use; never on the path of a request. */
export interface Sightings {
  /** An access token of ours was used. Cheap for one that was noted before. */
  note(principal: Authenticated): void;
  /** Writes what is waiting, as far as the store takes it. */
  flush(): Promise<void>;
  /** Writes once more, and no later. */
  close(): Promise<void>;
}

export function createSightings(store: Pick<SessionStore, "see">, policy: SessionPolicy): Sightings {
  const waiting = new Map<SessionId, Sighting>();
  // Two halves take turns, so that forgetting the oldest costs nothing.
  let known = new Map<SessionId, number>();
  let knownBefore = new Map<SessionId, number>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const isKnown = (id: SessionId, generation: number): boolean =>
    (known.get(id) ?? knownBefore.get(id) ?? -1) >= generation;

  const remember = (id: SessionId, generation: number): void => {
    known.set(id, generation);
    if (known.size < MAX_KNOWN) return;
    knownBefore = known;
    known = new Map();
  };

  const schedule = (delayMs: Milliseconds): void => {
    if (closed || timer !== undefined || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
    timer.unref();
  };

  const write = async (sighting: Sighting): Promise<boolean> => {
    try {
      await store.see({ kind: "see", ...sighting }, policy);
      return true;
    } catch {
      return false;
    }
  };

  const flush = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, AT_ONCE);
      const written = await Promise.all(batch.map(write));
      for (const [index, sighting] of batch.entries())
        if (written[index] && waiting.get(sighting.id) === sighting) waiting.delete(sighting.id);
      if (written.includes(false)) break;
    }
    schedule(RETRY_AFTER_MS);
  };

  return {
    note({ issuer, sessionId, generation, tenant, subject }) {
      // The first tokens of a session replaced none.
      if (issuer !== LOCAL_ISSUER || sessionId === undefined || generation === undefined || generation === 0)
        return;
      if (isKnown(sessionId, generation)) return;
      if (waiting.size >= MAX_WAITING && !waiting.has(sessionId)) return;
      remember(sessionId, generation);
      waiting.set(sessionId, { id: sessionId, tenant, userId: userId(subject), generation });
      schedule(DELAY_MS);
    },
    flush,
    close() {
      closed = true;
      clearTimeout(timer);
      return flush();
    },
  };
}
