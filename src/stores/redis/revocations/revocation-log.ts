import type { Emit } from "../../../domain/events.js";
import { LOCAL_ISSUER, type Revocation } from "../../../domain/revocation.js";
import { PARTITIONS, partitionOfSession } from "../../../domain/session.js";
import type { Clock, Milliseconds, Seconds } from "../../../domain/time.js";
import { createAnnouncer, type RevocationLog } from "../../../sessions/revocation-log.js";
import { createRevocationMemory } from "../../../sessions/revocation-memory.js";
import type { Run } from "../connection/client.js";
import type { HintListener } from "../connection/hints.js";
import type { Keys } from "../keys.js";
import { SCRIPTS } from "../scripts/scripts.js";
import { concernsPartition, resubmission } from "./resubmission.js";
import { createSharedPoll } from "./shared-poll.js";
import { createStreamFollower } from "./stream-follower.js";

export interface RedisRevocationLogOptions {
  readonly run: Run;
  /** Reads entries of the stream of a partition after an id. */
  readonly read: (partition: number, after: string, most: number) => Promise<unknown>;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly emit: Emit;
  /** How long a revocation has to be kept: the longest access-token life and all margins. */
  readonly horizonSeconds: Seconds;
  /** Each partition is read at least this often, even if a hint was lost. */
  readonly pollMs: Milliseconds;
  /** A view older than this is degraded. */
  readonly staleMs: Milliseconds;
  /** True when all streams are on one server, so that one command can read many. */
  readonly isOneServer: boolean;
  /** Calls the listener with a partition and the id of its new entry. @returns a function that removes the listener */
  readonly onHint: (listener: HintListener) => () => void;
}

/** The log, with what the session store needs of it. */
export interface RedisRevocationLog extends RevocationLog {
  /** The current time of the server, estimated from the last poll. */
  serverNowMs(partition: number): Milliseconds | undefined;
  /** How many replicas the primary of the partition had at the last poll; `undefined` before the first poll. */
  replicas(partition: number): number | undefined;
  /** This gateway wrote this entry: if the stream does not have it, writes were lost. */
  expect(partition: number, id: string, sequence: number): void;
}

/** The pause after a failed poll: shorter than `pollMs`, to recover quickly. */
const RETRY_MS: Milliseconds = 200;

/** How long after a lost write clients may still have newer tokens than the store. */
const ROLLBACK_MEMORY_MS: Milliseconds = 15 * 60_000;

export function createRedisRevocationLog(options: RedisRevocationLogOptions): RedisRevocationLog {
  const { run, read, keys, clock, emit, horizonSeconds, pollMs, staleMs, onHint } = options;
  const memory = createRevocationMemory(clock);
  const { add, announce } = createAnnouncer();
  let rolledBackAtMs: Milliseconds | undefined;
  let stopped = false;
  let announcedDegraded = false;
  const sleepers = new Set<NodeJS.Timeout>();

  const apply = (entry: Revocation): void => {
    if (memory.apply(entry)) announce(entry);
  };

  /** Writes the entries of a partition that this gateway has and the store has lost. */
  const resubmit = async (partition: number, holds: (entry: Revocation) => boolean): Promise<void> => {
    const remembered = [...memory.entries(partition)].filter((entry) => concernsPartition(entry, partition));
    for (const entry of remembered) {
      const command = holds(entry) ? undefined : resubmission(entry, partition, keys, horizonSeconds);
      if (command !== undefined) await run(partition, command.script, command.keys, command.args);
    }
  };

  const followers = Array.from({ length: PARTITIONS }, (_, partition) =>
    createStreamFollower({
      clock,
      poll: (args) => run(partition, SCRIPTS.poll, [keys.stream(partition)], args),
      read: (after, most) => read(partition, after, most),
      horizonMs: horizonSeconds * 1000,
      staleMs,
      apply,
      onRollback: () => {
        rolledBackAtMs = clock.monotonicMs();
      },
      repair: (holds) => resubmit(partition, holds),
    }),
  );

  const isReady = () => followers.every(({ acknowledgedAtMs }) => acknowledgedAtMs !== undefined);

  const isStale = (partition: number): boolean => {
    const at = followers[partition]?.acknowledgedAtMs;
    return at === undefined || clock.monotonicMs() - at > staleMs;
  };

  /**
   * Was the token issued before the stream began? Revocations from before may be lost: the store was emptied or
   * restored.
   */
  const predates = (partition: number, issuedAt: Seconds): boolean => {
    const birthMs = followers[partition]?.birthMs;
    // `iat` has whole seconds: a token issued in the second of the birth does not count as older.
    return birthMs === undefined || issuedAt < Math.floor(birthMs / 1000);
  };

  const anyStale = () => followers.some((_, partition) => isStale(partition));

  const watchDegraded = (): void => {
    const degraded = memory.overflowed || anyStale();
    if (degraded === announcedDegraded) return;
    announcedDegraded = degraded;
    emit(
      degraded
        ? { type: "revocation.degraded", reason: "the revocation view is stale" }
        : { type: "revocation.recovered", reason: "the revocation view is current" },
    );
  };

  /** Handled after all messages that have arrived, because one of them may show that the entry is our own. */
  const takeHint: HintListener = (partition, id) => {
    setImmediate(() => void followers[partition]?.hear(id).catch(() => undefined));
  };

  const sleep = (ms: Milliseconds) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        sleepers.delete(timer);
        resolve();
      }, ms);
      timer.unref();
      sleepers.add(timer);
    });

  const pollShared = createSharedPoll({
    followers,
    streams: followers.map((_, partition) => keys.stream(partition)),
    ask: (streams, args) => run(0, SCRIPTS.pollShared, [keys.heartbeat, ...streams], args),
  });
  /** On Cluster each stream is in its own slot, and a command can reach one slot only. */
  const polls = options.isOneServer ? [pollShared] : followers.map((follower) => () => follower.poll());

  const follow = async (poll: () => Promise<void>, firstDone: () => void): Promise<void> => {
    while (!stopped) {
      let hasFailed = false;
      try {
        await poll();
        firstDone();
      } catch {
        hasFailed = true;
        // The view becomes stale, which `isDegraded` and its event report.
      }
      await sleep(hasFailed ? Math.min(RETRY_MS, pollMs) : pollMs);
    }
  };

  let started: Promise<void> | undefined;
  let stopHints = () => {};
  let watcher: NodeJS.Timeout | undefined;

  return {
    start() {
      started ??= new Promise((resolve) => {
        const waiting = new Set(polls);
        stopHints = onHint(takeHint);
        watcher = setInterval(watchDegraded, pollMs);
        watcher.unref();
        for (const poll of polls)
          void follow(poll, () => {
            if (waiting.delete(poll) && waiting.size === 0) resolve();
          });
      });
      return started;
    },
    async stop() {
      stopped = true;
      stopHints();
      clearInterval(watcher);
      for (const timer of sleepers) clearTimeout(timer);
    },
    ready: isReady,
    isRevoked: (token) => memory.isRevoked(token),
    isDegraded(token) {
      if (memory.overflowed) return true;
      if (token === undefined) return anyStale();
      // The `sid` of an outside token may look like one of our ids, but does not select a partition.
      const own = token.issuer === LOCAL_ISSUER ? token.sessionId : undefined;
      const partition = own === undefined ? undefined : partitionOfSession(own);
      if (partition !== undefined) return isStale(partition) || predates(partition, token.issuedAt);
      return followers.some((_, each) => isStale(each) || predates(each, token.issuedAt));
    },
    apply,
    onRevoked: add,
    rolledBack: () =>
      rolledBackAtMs !== undefined && clock.monotonicMs() - rolledBackAtMs < ROLLBACK_MEMORY_MS,
    serverNowMs: (partition) => followers[partition]?.serverNowMs(),
    replicas: (partition) => {
      const follower = followers[partition];
      return follower?.acknowledgedAtMs === undefined ? undefined : follower.replicas;
    },
    expect: (partition, id, sequence) => followers[partition]?.expect(id, sequence),
  };
}
