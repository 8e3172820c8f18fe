import { Cluster, type Redis } from "ioredis";
import type { ConfigError } from "../../../domain/errors.js";
import type { Emit } from "../../../domain/events.js";
import { judgeServer, unfitStore } from "./server-version.js";

/** A promise of readiness that the caller can cancel. */
export interface Waiting {
  readonly ready: Promise<void>;
  readonly giveUp: () => void;
}

/** The state of a connection: is it open, and can the scripts run on its servers? */
export interface ConnectionWatch {
  /** Connected, and no server is known to be unfit. */
  isReady(): boolean;
  /** Connects if needed. Rejects when the connection was closed, cancelled, or leads to an unfit server. */
  becomeReady(): Waiting;
  /** Resolves when every connected server has answered with its version, or failed to. */
  looked(): Promise<void>;
  /** A ConfigError `UNFIT_STORE` if a server is unfit. */
  problem(): ConfigError | undefined;
}

/**
 * Watches a connection and reports outages. The version of a server is read at each connect: a server that starts
 * later, or takes over in a fail-over, may be older than the one before.
 *
 * With a single server, commands wait for this. On Cluster they do not, because a shard that does not answer must not
 * delay the others. One unfit server stops all commands as soon as it is found.
 */
export function watchConnection(redis: Redis | Cluster, emit: Emit): ConnectionWatch {
  // Every command without a connection adds a listener until its deadline.
  redis.setMaxListeners(0);
  const unfit = new Map<Redis, string>();
  let connected = false;
  let answered = false;
  let looking: Promise<void> | undefined;
  /** The reported reason of the current outage. */
  let reported: string | undefined;

  const problem = (): ConfigError | undefined =>
    unfit.size === 0 ? undefined : unfitStore([...unfit.values()]);
  const fail = (reason: string): void => {
    if (reported !== reason) emit({ type: "store.unavailable", reason });
    reported = reason;
  };
  const settle = (): void => {
    answered = true;
    const found = problem();
    if (found !== undefined) {
      fail(found.message);
      return;
    }
    if (reported !== undefined) emit({ type: "store.recovered", reason: "connected to Redis" });
    reported = undefined;
  };
  const look = (server: Redis): Promise<void> =>
    askInfo(server).then(
      (info) => {
        const found = judgeServer(info);
        if (found === undefined) unfit.delete(server);
        else unfit.set(server, found);
        settle();
      },
      // A server that did not answer is tried again at the next connect, or by the next command.
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
    // A failed attempt also emits an event, which is reported.
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

/** Without the right to run INFO, the version counts as unknown. */
const askInfo = (server: Redis): Promise<string> =>
  server.info("server").catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith("NOPERM")) return "";
    throw error;
  });
