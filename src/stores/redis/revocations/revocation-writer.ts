import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds, Seconds } from "../../../domain/time.js";
import type { Argument, Run } from "../connection/client.js";
import type { ReplicatedWrites } from "../connection/replicated-writes.js";
import { text } from "../connection/reply.js";
import type { Keys } from "../keys.js";
import type { Script } from "../scripts/scripts.js";

/** What the session store needs to revoke: where to publish, and whom to tell at once. */
export interface RevocationWriter {
  /** Runs a script that revokes, and waits for a replica where one is expected. */
  write(
    partition: number,
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<{ readonly answer: unknown; readonly confirmed: boolean }>;
  /** Channel, partition and horizon in milliseconds, as the scripts expect them. */
  target(partition: number): readonly [string, number, Milliseconds];
  /** Server time after which a command that was sent now must not run any more; 0 while it is not known. */
  deadline(partition: number): Milliseconds;
  /**
   * This gateway need not wait for its own news.
   * @param written - id and sequence number of the entry, as the script answered
   */
  apply(entry: Revocation, partition: number, written: readonly unknown[]): void;
}

export interface RevocationWriterOptions {
  readonly run: Run;
  /** Takes revocations that wait for a replica. */
  readonly replicated: ReplicatedWrites;
  readonly keys: Keys;
  readonly horizonSeconds: Seconds;
  readonly commandTimeoutMs: Milliseconds;
  /** The server's clock at this moment as the log has seen it, Unix milliseconds. */
  readonly serverNowMs: (partition: number) => Milliseconds | undefined;
  /** How many replicas the partition's primary has; `undefined` while nobody knows. */
  readonly replicas: (partition: number) => number | undefined;
  /** Told of each write that no replica has taken, and of each of which nobody knows whether one should. */
  readonly onUnconfirmed: () => void;
  readonly apply: (entry: Revocation) => void;
  /** Told which entry of a partition's stream is this gateway's own. */
  readonly onWritten: (partition: number, id: string, sequence: number) => void;
}

/** The estimate of the server's clock may lag by the way of one reply; a late command is seconds late. */
const ESTIMATE_SLACK_MS: Milliseconds = 500;

export function createRevocationWriter(options: RevocationWriterOptions): RevocationWriter {
  const { run, replicated, keys, horizonSeconds, commandTimeoutMs, serverNowMs, replicas } = options;
  return {
    async write(partition, script, scriptKeys, args) {
      const known = replicas(partition);
      const written =
        known === undefined || known === 0
          ? { answer: await run(partition, script, scriptKeys, args), confirmed: true }
          : await replicated.write(partition, script, scriptKeys, args);
      if (known === undefined || !written.confirmed) options.onUnconfirmed();
      return written;
    },
    target: (partition) => [keys.channel, partition, horizonSeconds * 1000],
    deadline(partition) {
      const now = serverNowMs(partition);
      return now === undefined ? 0 : Math.ceil(now + commandTimeoutMs + ESTIMATE_SLACK_MS);
    },
    apply(entry, partition, written) {
      options.apply(entry);
      if (written.length > 0) options.onWritten(partition, text(written[0]), Number(text(written[1])));
    },
  };
}
