import { type SessionId, type TenantId, type UserId, userId } from "../domain/brand.js";
import type { SeeSession } from "../domain/commands.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import type { Milliseconds } from "../domain/time.js";
import type { SessionStore } from "./store.js";

/** Uses within this time are written together. */
const DELAY_MS: Milliseconds = 50;
const RETRY_AFTER_MS: Milliseconds = 1000;
const BATCH_SIZE = 64;
/** With this many waiting the store is down for long. Further uses are dropped, so a reuse is detected later. */
const MAX_WAITING = 10_000;
const MAX_KNOWN = 50_000;

type Seen = Pick<SeeSession, "generation" | "retiredGeneration">;

interface Sighting extends Seen {
  readonly id: SessionId;
  readonly tenant: TenantId;
  readonly userId: UserId;
}

/** Both numbers only rise. Tokens issued before a step-up have no `retiredGeneration`. */
const isAtLeast = (known: Seen, seen: Seen): boolean =>
  known.generation === seen.generation
    ? (known.retiredGeneration ?? -1) >= (seen.retiredGeneration ?? -1)
    : known.generation > seen.generation;

/** Informs the store which generations of a session are in use, after the request. */
export interface Sightings {
  /** Call it when one of our access tokens is used. Cheap for a token that was noted before. */
  note(principal: Authenticated): void;
  /** Writes everything that is waiting, until the store fails. */
  flush(): Promise<void>;
  /** Writes one last time. */
  close(): Promise<void>;
}

export function createSightings(store: Pick<SessionStore, "see">, policy: SessionPolicy): Sightings {
  const waiting = new Map<SessionId, Sighting>();
  // Two generations of the cache, so that dropping the oldest entries is cheap.
  let known = new Map<SessionId, Seen>();
  let knownBefore = new Map<SessionId, Seen>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const isKnown = (id: SessionId, seen: Seen): boolean => {
    const before = known.get(id) ?? knownBefore.get(id);
    return before !== undefined && isAtLeast(before, seen);
  };

  const remember = (id: SessionId, seen: Seen): void => {
    known.set(id, seen);
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
      const batch = [...waiting.values()].slice(0, BATCH_SIZE);
      const written = await Promise.all(batch.map(write));
      for (const [index, sighting] of batch.entries())
        if (written[index] && waiting.get(sighting.id) === sighting) waiting.delete(sighting.id);
      if (written.includes(false)) break;
    }
    schedule(RETRY_AFTER_MS);
  };

  return {
    note({ issuer, sessionId, generation, retiredGeneration, tenant, subject }) {
      if (issuer !== LOCAL_ISSUER || sessionId === undefined || generation === undefined) return;
      // The first tokens of a session replaced no others.
      if ((retiredGeneration ?? generation) === 0) return;
      const seen: Seen = { generation, ...(retiredGeneration === undefined ? {} : { retiredGeneration }) };
      if (isKnown(sessionId, seen)) return;
      if (waiting.size >= MAX_WAITING && !waiting.has(sessionId)) return;
      remember(sessionId, seen);
      waiting.set(sessionId, { id: sessionId, tenant, userId: userId(subject), ...seen });
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
