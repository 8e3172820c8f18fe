import { ConfigError } from "../../domain/errors.js";
import type { Emit } from "../../domain/events.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import type { LastGood } from "./last-good-file.js";
import { createReloadLog, type ReloadLog } from "./reload-log.js";
import type { Snapshot } from "./snapshot.js";
import { digestOf, type SupergraphSource } from "./sources.js";

export interface SupergraphLifeParts {
  readonly source: SupergraphSource;
  /** Served at start when the source has nothing that can be. */
  readonly lastGood: LastGood | undefined;
  /** Served at start in place of what the source has, which is then the first reload. */
  readonly startFrom?: Pick<SupergraphSource, "load"> | undefined;
  /** Builds aside and proves. @throws ConfigError, GraphQLError */
  readonly build: (supergraphSdl: string) => Promise<Snapshot>;
  /** Told before it becomes the current one; what this throws refuses it. */
  readonly install: (snapshot: Snapshot) => void;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Between two attempts while the last good one serves. Default 5000. */
  readonly retryMs?: Milliseconds;
}

export interface ReloadSettings {
  readonly rebuild?: boolean;
  readonly from?: Pick<SupergraphSource, "load">;
}

/** One supergraph after the other: the old one serves until the next is proven. */
export interface SupergraphLife {
  /** @throws what the source or the build threw, when there is no last good one either */
  start(): Promise<void>;
  /** See `Engine.reload`. */
  reload(settings?: ReloadSettings): Promise<boolean>;
  current(): Snapshot | undefined;
  readonly log: Pick<ReloadLog, "counts" | "isFallback">;
  stop(): void;
}

const DRAIN_MS = 60_000;
const RETRY_MS = 5_000;

export const createSupergraphLife = (parts: SupergraphLifeParts): SupergraphLife => {
  const { source, emit } = parts;
  const log = createReloadLog(parts.clock);
  let current: Snapshot | undefined;
  let stopWatching: (() => void) | undefined;
  let retry: NodeJS.Timeout | undefined;
  let reloading: Promise<unknown> = Promise.resolve();
  let waiting: Promise<boolean> | undefined;
  let isStopped = false;

  const swapIn = (snapshot: Snapshot): void => {
    const previous = current;
    parts.install(snapshot);
    current = snapshot;
    // Requests already under way on the old one may still have to plan.
    if (previous !== undefined) setTimeout(() => previous.planner.close(), DRAIN_MS).unref();
  };

  const keep = async (supergraphSdl: string): Promise<void> => {
    try {
      await parts.lastGood?.keep(supergraphSdl);
    } catch (error) {
      emit({ type: "supergraph.not_kept", digest: digestOf(supergraphSdl), reason: reasonOf(error) });
    }
  };

  const reloadOnce = async ({ rebuild = false, from = source }: ReloadSettings): Promise<boolean> => {
    let digest = "";
    try {
      const supergraphSdl = await from.load();
      digest = digestOf(supergraphSdl);
      if (digest === current?.digest && !rebuild) {
        log.add("unchanged");
        return true;
      }
      swapIn(await parts.build(supergraphSdl));
      log.add("swapped");
      emit({ type: "supergraph.swapped", digest });
      await keep(supergraphSdl);
      return true;
    } catch (error) {
      log.add("refused");
      emit({ type: "supergraph.refused", digest, reason: reasonOf(error) });
      return false;
    }
  };

  // One after the other: what changed while a reload was reading is seen by the next. One that waits is enough for
  // all who ask meanwhile, so that a source slower than its poll does not pile them up.
  const reload: SupergraphLife["reload"] = (settings = {}) => {
    const isPlain = settings.rebuild !== true && settings.from === undefined;
    if (waiting !== undefined && isPlain) return waiting;
    const next = reloading.then(() => {
      if (waiting === next) waiting = undefined;
      return reloadOnce(settings);
    });
    // One from elsewhere is not enough for those who ask for the source's.
    if (settings.from === undefined) waiting = next;
    reloading = next;
    return next;
  };

  const retryUntilConfirmed = (): void => {
    if (isStopped) return;
    retry = setTimeout(() => {
      void reload().then((isConfirmed) => {
        if (!isConfirmed) retryUntilConfirmed();
      });
    }, parts.retryMs ?? RETRY_MS);
    retry.unref();
  };

  const fallBack = async (lastGood: LastGood, refusal: unknown): Promise<void> => {
    let snapshot: Snapshot;
    try {
      // Built and checked like any other: what has become unsound since is not served again.
      snapshot = await parts.build(await lastGood.load());
    } catch (error) {
      throw together(refusal, error);
    }
    swapIn(snapshot);
    log.add("fallback");
    emit({ type: "supergraph.fallback", digest: snapshot.digest, reason: reasonOf(refusal) });
    retryUntilConfirmed();
  };

  /** @returns false when there is nothing else to start from, or it cannot be served any more */
  const startElsewhere = async (): Promise<boolean> => {
    if (parts.startFrom === undefined) return false;
    let digest = "";
    try {
      const supergraphSdl = await parts.startFrom.load();
      digest = digestOf(supergraphSdl);
      swapIn(await parts.build(supergraphSdl));
    } catch (error) {
      emit({ type: "supergraph.refused", digest, reason: reasonOf(error) });
      return false;
    }
    log.add("loaded");
    emit({ type: "supergraph.loaded", digest });
    return true;
  };

  const startFromSource = async (): Promise<void> => {
    try {
      const supergraphSdl = await source.load();
      const snapshot = await parts.build(supergraphSdl);
      swapIn(snapshot);
      log.add("loaded");
      emit({ type: "supergraph.loaded", digest: snapshot.digest });
      await keep(supergraphSdl);
    } catch (error) {
      if (parts.lastGood === undefined) throw error;
      await fallBack(parts.lastGood, error);
    }
  };

  return {
    async start() {
      let isStarting = true;
      let isReloadDue = false;
      // Watched before it is read: a change during the start must not be lost.
      stopWatching = source.watch(() => {
        if (isStarting) isReloadDue = true;
        else void reload();
      });
      try {
        if (await startElsewhere()) isReloadDue = true;
        else await startFromSource();
      } catch (error) {
        stopWatching();
        throw error;
      }
      isStarting = false;
      if (isReloadDue && !isStopped) void reload();
    },
    reload,
    current: () => current,
    log,
    stop() {
      isStopped = true;
      stopWatching?.();
      clearTimeout(retry);
    },
  };
};

/** Merges both refusals if both consist of problems; else returns the first, which must be fixed first. */
const together = (refusal: unknown, ofLastGood: unknown): unknown =>
  refusal instanceof ConfigError && ofLastGood instanceof ConfigError
    ? new ConfigError([...refusal.problems, ...ofLastGood.problems])
    : refusal;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "an unknown failure");
