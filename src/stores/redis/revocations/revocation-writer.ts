import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds, Seconds } from "../../../domain/time.js";
import type { Argument, Run } from "../connection/client.js";
import type { ReplicatedWrites } from "../connection/replicated-writes.js";
import { text } from "../connection/reply.js";
import type { Keys } from "../keys.js";
import type { Script } from "../scripts/scripts.js";

/** What the session store needs for revocations: it publishes them, and applies them in this gateway at once. */
export interface RevocationWriter {
  /** Runs a script that revokes, and waits for a replica if there is one. */
  write(
    partition: number,
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<{ readonly answer: unknown; readonly confirmed: boolean }>;
  /** Channel, partition and horizon in milliseconds: arguments of the scripts. */
  target(partition: number): readonly [string, number, Milliseconds];
  /** Server time after which a command that is sent now must not run; 0 while the server's time is not known. */
  deadline(partition: number): Milliseconds;
  /**
   * Applies a revocation of this gateway at once, without reading it from the stream.
   * @param written - id and sequence number of the entry, as answered by the script
   */
  apply(entry: Revocation, partition: number, written: readonly unknown[]): void;
}

export interface RevocationWriterOptions {
  readonly run: Run;
  /** Writes revocations and waits for a replica. */
  readonly replicated: ReplicatedWrites;
  readonly keys: Keys;
  readonly horizonSeconds: Seconds;
  readonly commandTimeoutMs: Milliseconds;
  /** The current time of the server as estimated by the log, Unix milliseconds. */
  readonly serverNowMs: (partition: number) => Milliseconds | undefined;
  /** How many replicas the primary of the partition has; `undefined` while that is not known. */
  readonly replicas: (partition: number) => number | undefined;
  /** Called for each write that no replica confirmed, also if it is not known whether there is a replica. */
  readonly onUnconfirmed: () => void;
  readonly apply: (entry: Revocation) => void;
  /** Called with each entry that this gateway wrote to the stream of a partition. */
  readonly onWritten: (partition: number, id: string, sequence: number) => void;
}

/** The estimate of the server's time can be late by the transfer of one reply. Late commands are late by seconds. */
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
