import { Cluster, type Redis } from "ioredis";
import { ConfigError, FaultError } from "../../../domain/errors.js";
import type { Emit } from "../../../domain/events.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { Script } from "../scripts/scripts.js";
import { connectRedis, type RedisTls } from "./connect.js";
import { watchConnection } from "./connection-watch.js";

export interface RedisClientOptions {
  readonly url: string;
  readonly tls?: RedisTls | undefined;
  /** Deadline of one command, including the time to connect. */
  readonly commandTimeoutMs: Milliseconds;
  readonly emit: Emit;
}

export type Argument = string | number | Buffer;

/** Runs a script on the server of the partition. */
export type Run = (
  partition: number,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
) => Promise<unknown>;

export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
  /** Sends the text instead of the digest, because the server does not have the script. */
  readonly withText: boolean;
}

export interface BatchOutcome {
  readonly answers: readonly unknown[];
  readonly replicas: number;
}

/** One connection (on Cluster one per node) that runs scripts with a deadline. It reconnects by itself, without limit. */
export interface RedisClient {
  /** @throws FaultError `SERVICE_UNAVAILABLE` when there is no answer in time; the script may have run */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /**
   * Runs scripts of one slot group in one pipeline, then waits until a replica has their writes.
   *
   * @param waitMs - absent: does not wait
   * @returns the answer or the error of each, and how many replicas confirmed in time
   */
  runAll(calls: readonly ScriptCall[], waitMs: Milliseconds | undefined): Promise<BatchOutcome>;
  /**
   * Entries of a stream after the one with this id.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE`
   */
  entriesAfter(stream: string, id: string, most: number): Promise<unknown>;
  /**
   * @throws ConfigError `UNFIT_STORE` when the scripts cannot run on a server
   * @throws FaultError `SERVICE_UNAVAILABLE`
   */
  checkServers(): Promise<void>;
  close(): void;
}

export const RETRY_AFTER_SECONDS = 2;

/** Connects on first use, so that the gateway starts while Redis is down and serves what needs no store. */
export function createRedisClient({ url, tls, commandTimeoutMs, emit }: RedisClientOptions): RedisClient {
  const redis = connectRedis({ url, tls, timeoutMs: commandTimeoutMs, queue: false });
  const watch = watchConnection(redis, emit);
  const sendTogether = collectWrites(redis);

  const attempt = async <Answer>(what: string, act: () => Promise<Answer>): Promise<Answer> => {
    let giveUp: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        giveUp();
        reject(new Error(`no answer within ${commandTimeoutMs} ms`));
      }, commandTimeoutMs);
    });
    try {
      if (watch.isReady()) {
        sendTogether();
        return await Promise.race([act(), late]);
      }
      const waiting = watch.becomeReady();
      giveUp = waiting.giveUp;
      return await Promise.race([waiting.ready.then(act), late]);
    } catch (error) {
      throw unavailable(what, error);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    run: (script, keys, args) =>
      attempt(script.name, async () => {
        const rest = [keys.length, ...keys, ...args];
        try {
          return await redis.callBuffer("EVALSHA", [script.sha, ...rest]);
        } catch (error) {
          // After a restart, a fail-over or SCRIPT FLUSH the server needs the text again.
          if (!isNoScript(error)) throw error;
          return await redis.callBuffer("EVAL", [script.text, ...rest]);
        }
      }),
    runAll: (calls, waitMs) =>
      attempt("a batch of scripts", async () => {
        const pipeline = redis.pipeline();
        for (const { script, keys, args, withText } of calls) {
          const [command, text] = withText ? ["EVAL", script.text] : ["EVALSHA", script.sha];
          pipeline.callBuffer(command, [text, keys.length, ...keys, ...args]);
        }
        if (waitMs !== undefined) pipeline.call("WAIT", [1, waitMs]);
        const results = (await pipeline.exec()) ?? [];
        const waited = waitMs === undefined ? undefined : results[calls.length];
        return {
          answers: calls.map((_, index) => {
            const [error, answer] = results[index] ?? [new Error("the connection was lost"), undefined];
            return error === null || isNoScript(error)
              ? (error ?? answer)
              : unavailable("a batch of scripts", error);
          }),
          // The scripts have run: a failed WAIT only means that no replica confirmed.
          replicas: waited?.[0] === null ? Number(waited[1]) : 0,
        };
      }),
    entriesAfter: (stream, id, most) =>
      attempt("XRANGE", () => redis.callBuffer("XRANGE", stream, `(${id}`, "+", "COUNT", most)),
    async checkServers() {
      const fault = await attempt("INFO", watch.looked).catch((error: unknown) => error);
      const found = watch.problem() ?? fault;
      if (found !== undefined) throw found;
    },
    close: () => redis.disconnect(),
  };
}

/**
 * Sends all commands of one turn of the event loop in one write (on Cluster one per node), so that under load Redis
 * handles many at once.
 */
function collectWrites(redis: Redis | Cluster): () => void {
  let collecting = false;
  return () => {
    if (collecting) return;
    collecting = true;
    const nodes = redis instanceof Cluster ? redis.nodes("master") : [redis];
    const streams = nodes.filter(({ status }) => status === "ready").map(({ stream }) => stream);
    for (const stream of streams) stream.cork();
    setImmediate(() => {
      collecting = false;
      for (const stream of streams) stream.uncork();
    });
  };
}

export const isNoScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("NOSCRIPT");

/** Errors of Redis quote the command. Only the first word is kept, which is a code. */
function unavailable(what: string, error: unknown): FaultError {
  const text = error instanceof Error ? error.message : "unknown";
  const lacksRight = /can't (?:run|access)/.test(text);
  const unfit = error instanceof ConfigError ? error.problems[0] : undefined;
  const code = lacksRight
    ? "NOPERM: its ACL user lacks a right, see the ACL rights in the manual"
    : /^[A-Z]{2,}\b/.exec(text)?.[0];
  const reason =
    unfit === undefined
      ? (code ?? (text.startsWith("no answer within") ? text : "the connection failed"))
      : `found ${unfit.found}, allowed: ${unfit.allowed}`;
  return new FaultError("SERVICE_UNAVAILABLE", `Redis did not execute ${what}: ${reason}`, {
    details: { retryAfter: RETRY_AFTER_SECONDS },
  });
}
