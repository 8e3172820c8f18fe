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
  /** Reads so many entries of a partition's stream after an id. */
  readonly read: (partition: number, after: string, most: number) => Promise<unknown>;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly emit: Emit;
  /** How long a revocation can matter: the longest access-token life and every margin. */
  readonly horizonSeconds: Seconds;
  /** The guarantee behind the hints: each partition is read at least this often. */
  readonly pollMs: Milliseconds;
  /** A view older than this is degraded. */
  readonly staleMs: Milliseconds;
  /** Do all streams stand on one server, so that one command may ask about many? */
  readonly isOneServer: boolean;
  /** Calls back with a partition that has news, and the new entry's id. @returns how to stop listening */
  readonly onHint: (listener: HintListener) => () => void;
}

/** Adds what the session store needs to know of the log. */
export interface RedisRevocationLog extends RevocationLog {
  /** The server's clock at this moment, as far as the last poll tells. */
  serverNowMs(partition: number): Milliseconds | undefined;
  /** How many replicas the partition's primary had at the last poll; `undefined` before there was one. */
  replicas(partition: number): number | undefined;
  /** The stream holds this entry of ours: if it is not found there, writes were lost. */
  expect(partition: number, id: string, sequence: number): void;
}

/** After a poll that failed: a link that is back should not wait for the news of a whole interval. */
const RETRY_MS: Milliseconds = 200;

/** How long after a lost write clients one step ahead are expected. */
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

  /** What this gateway remembers of one partition and the store no longer holds. */
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

  /** Was the token issued before what the stream vouches for, by a store that was emptied or restored since? */
  const predates = (partition: number, issuedAt: Seconds): boolean => {
    const birthMs = followers[partition]?.birthMs;
    // Tokens tell whole seconds: one issued in the very second of the birth is not older than it.
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

  /** Followed once whatever else has arrived is read: most of all the answer that says that the entry is our own. */
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
  /** On Cluster each stream has a slot of its own, and no command reaches two. */
  const polls = options.isOneServer ? [pollShared] : followers.map((follower) => () => follower.poll());

  const follow = async (poll: () => Promise<void>, firstDone: () => void): Promise<void> => {
    while (!stopped) {
      let hasFailed = false;
      try {
        await poll();
        firstDone();
      } catch {
        hasFailed = true;
        // The view grows old meanwhile, which is what `isDegraded` and its event tell.
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
      // A `sid` of others may spell like an id of ours, and says nothing about where their revocations stand.
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
