import type { Clock, Milliseconds } from "../../../domain/time.js";
import type { Script } from "../scripts/scripts.js";
import { type Argument, isNoScript, type RedisClient } from "./client.js";

/** The result of a write, and whether a replica has it. */
export interface Replicated {
  readonly answer: unknown;
  readonly confirmed: boolean;
}

export interface ReplicatedWrites {
  /** @throws FaultError `SERVICE_UNAVAILABLE` */
  write(
    partition: number,
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<Replicated>;
}

export interface ReplicatedWritesOptions {
  readonly client: RedisClient;
  readonly clock: Clock;
  readonly waitMs: Milliseconds;
  /** Partitions of one group may share a pipeline. */
  readonly groupOf: (partition: number) => number;
}

/** When no replica confirmed a write, later writes do not wait for this long: they are answered PENDING at once. */
const PAUSE_MS: Milliseconds = 1000;

interface Waiting {
  readonly partition: number;
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
  readonly withText: boolean;
  readonly resolve: (outcome: Replicated) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects writes while others are under way. WAIT blocks the later commands of a connection: so a burst of sign-outs
 * waits once for a slow replica, not once per sign-out.
 */
export function createReplicatedWrites(options: ReplicatedWritesOptions): ReplicatedWrites {
  const { client, clock, waitMs, groupOf } = options;
  let queue: Waiting[] = [];
  let busy = false;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const waits = clock.monotonicMs() >= pausedUntilMs;
    try {
      const { answers, replicas } = await client.runAll(batch, waits ? waitMs : undefined);
      if (waits && replicas === 0) pausedUntilMs = clock.monotonicMs() + PAUSE_MS;
      for (const [index, each] of batch.entries()) {
        const answer = answers[index];
        if (isNoScript(answer) && !each.withText) queue.push({ ...each, withText: true });
        else if (answer instanceof Error) each.reject(answer);
        else each.resolve({ answer, confirmed: replicas > 0 });
      }
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  };

  const flush = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (queue.length > 0) {
      const groups = new Map<number, Waiting[]>();
      for (const each of queue) {
        const group = groupOf(each.partition);
        groups.set(group, [...(groups.get(group) ?? []), each]);
      }
      queue = [];
      await Promise.all([...groups.values()].map(send));
    }
    busy = false;
  };

  return {
    write: (partition, script, keys, args) =>
      new Promise((resolve, reject) => {
        queue.push({ partition, script, keys, args, withText: false, resolve, reject });
        void flush();
      }),
  };
}
