import { Cluster, type Redis } from "ioredis";
import type { ConfigError } from "../../../domain/errors.js";
import type { Emit } from "../../../domain/events.js";
import { judgeServer, unfitStore } from "./server-version.js";

/** A promise of readiness that a deadline can give up. */
export interface Waiting {
  readonly ready: Promise<void>;
  readonly giveUp: () => void;
}

/** Is there a connection, and are the servers such that the scripts can run? */
export interface ConnectionWatch {
  /** Connected, and no server known to be unfit. */
  isReady(): boolean;
  /** Connects if need be. Rejects when the connection is closed for good, given up, or leads to an unfit server. */
  becomeReady(): Waiting;
  /** Resolves when every server connected to has said what it is, or failed to. */
  looked(): Promise<void>;
  /** What was found of servers that are unfit: a ConfigError `UNFIT_STORE`. */
  problem(): ConfigError | undefined;
}

/**
 * Watches a connection and tells of outages. A server is asked for its version whenever it is connected to: one that
 * comes up after the start, or takes over in a fail-over, may be older than the one before it.
 *
 * A single server is asked before it gets a command. On Cluster no command waits for the answers, since a shard that
 * gives none must not hold up the others; one unfit server among them stops everything as soon as it is known.
 */
export function watchConnection(redis: Redis | Cluster, emit: Emit): ConnectionWatch {
  // Every command that finds no connection listens for it until its deadline.
  redis.setMaxListeners(0);
  const unfit = new Map<Redis, string>();
  let connected = false;
  let answered = false;
  let looking: Promise<void> | undefined;
  /** The reason last told, while there is one. */
  let told: string | undefined;

  const problem = (): ConfigError | undefined =>
    unfit.size === 0 ? undefined : unfitStore([...unfit.values()]);
  const fail = (reason: string): void => {
    if (told !== reason) emit({ type: "store.unavailable", reason });
    told = reason;
  };
  const settle = (): void => {
    answered = true;
    const found = problem();
    if (found !== undefined) {
      fail(found.message);
      return;
    }
    if (told !== undefined) emit({ type: "store.recovered", reason: "connected to Redis" });
    told = undefined;
  };
  const look = (server: Redis): Promise<void> =>
    askInfo(server).then(
      (info) => {
        const found = judgeServer(info);
        if (found === undefined) unfit.delete(server);
        else unfit.set(server, found);
        settle();
      },
      // Whoever gives no answer is asked again: when connected to again, or by the next command.
      () => undefined,
    );
  const lookAtAll = (): Promise<void> => {
    const servers = redis instanceof Cluster ? redis.nodes("master") : [redis];
    looking ??= Promise.all(servers.map(look)).then(() => {
      looking = undefined;
    });
    return looking;
  };

  redis.on("error", () => fail("the connection to Redis failed"));
  redis.on("ready", () => {
    connected = true;
    if (redis instanceof Cluster) settle();
    void lookAtAll();
  });
  redis.on("close", () => {
    connected = false;
    answered = false;
    unfit.clear();
  });
  if (redis instanceof Cluster) {
    redis.on("+node", (server: Redis) => server.on("ready", () => void look(server)));
    redis.on("-node", (server: Redis) => {
      if (unfit.delete(server)) settle();
    });
  }

  const connection = (): Waiting => {
    // A failed attempt is an event too, which is where it is told of.
    if (redis.status === "wait") redis.connect().catch(() => undefined);
    if (connected) return { ready: Promise.resolve(), giveUp: () => undefined };
    let giveUp: () => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => {
      const finish = (act: () => void) => () => {
        redis.off("ready", onReady);
        redis.off("end", onEnd);
        act();
      };
      const onReady = finish(resolve);
      const onEnd = finish(() => reject(new Error("the connection is closed")));
      giveUp = finish(() => undefined);
      redis.on("ready", onReady);
      redis.on("end", onEnd);
    });
    return { ready, giveUp };
  };

  return {
    isReady: () => connected && answered && unfit.size === 0 && redis.status === "ready",
    becomeReady() {
      const { ready, giveUp } = connection();
      let isGivenUp = false;
      const fit = ready.then(async () => {
        if (!answered) await lookAtAll();
        const found = problem();
        if (found !== undefined) throw found;
        if (!answered || isGivenUp) throw new Error("no answer in time");
      });
      return {
        ready: fit,
        giveUp: () => {
          isGivenUp = true;
          giveUp();
        },
      };
    },
    looked: async () => looking,
    problem,
  };
}

/** A server that does not let us ask is one that tells no version. */
const askInfo = (server: Redis): Promise<string> =>
  server.info("server").catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith("NOPERM")) return "";
    throw error;
  });
