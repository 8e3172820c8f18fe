import { Redis } from "ioredis";
import { FaultError } from "../../domain/errors.js";
import type { Emit } from "../../domain/events.js";
import type { Milliseconds } from "../../domain/time.js";
import type { Script } from "./scripts.js";

export interface RedisClientOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string;
  /** Deadline of one command, connecting included. */
  readonly commandTimeoutMs: Milliseconds;
  readonly emit: Emit;
}

export type Argument = string | number | Buffer;

/** Runs a script where the partition lives. */
export type Run = (
  partition: number,
  script: Script,
  keys: readonly string[],
  args: readonly Argument[],
) => Promise<unknown>;

/** One connection that runs scripts under a deadline, and reconnects by itself for ever. */
export interface RedisClient {
  /** @throws FaultError `SERVICE_UNAVAILABLE` when there is no answer in time; the script may have run */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** A plain command, under the same deadline. */
  call(command: string, args: readonly Argument[]): Promise<unknown>;
  readonly redis: Redis;
  close(): Promise<void>;
}

const LONGEST_PAUSE_MS = 1000;
const RETRY_AFTER_SECONDS = 2;

/**
 * Connects lazily: the gateway starts, and serves what needs no store, while Redis is down.
 *
 * Nothing is queued for a connection that is not there and nothing is sent twice: a refresh that ran long after its
 * caller had given up would look like a stolen token.
 */
export function createRedisClient({ url, commandTimeoutMs, emit }: RedisClientOptions): RedisClient {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: commandTimeoutMs,
    socketTimeout: commandTimeoutMs * 2,
    retryStrategy: (attempt) => Math.min(50 * attempt, LONGEST_PAUSE_MS),
    // A demoted primary still answers; the new one is found by connecting again.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  // Every command that finds no connection listens for it until its deadline.
  redis.setMaxListeners(0);
  let wasReady = true;
  redis.on("error", () => {
    if (wasReady) emit({ type: "store.unavailable", reason: "the connection to Redis failed" });
    wasReady = false;
  });
  redis.on("ready", () => {
    if (!wasReady) emit({ type: "store.recovered", reason: "connected to Redis" });
    wasReady = true;
  });

  const ready = (signal: AbortSignal): Promise<void> => {
    if (redis.status === "ready") return Promise.resolve();
    // ioredis reports a failed attempt as an event too, which is where it is told of.
    if (redis.status === "wait") redis.connect().catch(() => undefined);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => () => {
        redis.off("ready", onReady);
        redis.off("end", onEnd);
        act();
      };
      const onReady = settle(resolve);
      const onEnd = settle(() => reject(new Error("the connection is closed")));
      redis.on("ready", onReady);
      redis.on("end", onEnd);
      signal.addEventListener(
        "abort",
        settle(() => undefined),
        { once: true },
      );
    });
  };

  const attempt = async <Answer>(what: string, act: () => Promise<Answer>): Promise<Answer> => {
    const deadline = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        deadline.abort();
        reject(new Error(`no answer within ${commandTimeoutMs} ms`));
      }, commandTimeoutMs);
    });
    try {
      return await Promise.race([ready(deadline.signal).then(act), late]);
    } catch (error) {
      throw unavailable(what, error);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    redis,
    run: (script, keys, args) =>
      attempt(script.name, async () => {
        const rest = [keys.length, ...keys, ...args];
        try {
          return await redis.callBuffer("EVALSHA", [script.sha, ...rest]);
        } catch (error) {
          // After a restart, a fail-over or SCRIPT FLUSH the server has to be given the text again.
          if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
          return await redis.callBuffer("EVAL", [script.text, ...rest]);
        }
      }),
    call: (command, args) => attempt(command, () => redis.call(command, [...args])),
    close: async () => redis.disconnect(),
  };
}

/** Errors of Redis quote the command; only their first word, which is a code, is kept. */
function unavailable(what: string, error: unknown): FaultError {
  const text = error instanceof Error ? error.message : "unknown";
  const code = /^[A-Z]{2,}\b/.exec(text)?.[0];
  const reason = code ?? (text.startsWith("no answer within") ? text : "the connection failed");
  return new FaultError("SERVICE_UNAVAILABLE", `Redis did not carry out ${what}: ${reason}`, {
    details: { retryAfter: RETRY_AFTER_SECONDS },
  });
}
