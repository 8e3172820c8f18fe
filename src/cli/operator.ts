import type { Command } from "commander";
import type { CardeaConfig } from "../config/resolve.js";
import type { UserId } from "../domain/brand.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { SessionPolicy } from "../domain/policy.js";
import type { Milliseconds } from "../domain/time.js";
import type { Limiter } from "../limits/limiter.js";
import type { RevocationLog } from "../sessions/revocation-log.js";
import type { SessionStore } from "../sessions/store.js";
import { withRedisStores } from "./open-stores.js";
import { UsageError } from "./output.js";

export interface ConfigFlag {
  readonly config?: string;
}

/** Adds `--config`: the configuration whose store and users the command changes. */
export const withConfigFlag = (command: Command): Command =>
  command.option("-c, --config <file>", "configuration file (default: cardea.config.* in this folder)");

/** The store that the running gateways share, with their policy. */
export interface SharedStore {
  readonly sessions: SessionStore;
  readonly limiter: Limiter;
  readonly policy: SessionPolicy;
  /** Has a replica confirmed all changes so far, if there is one? False when it is not known. */
  confirmed(): boolean;
}

/** The result of a change that ends or restricts something, and whether a replica has confirmed it. */
export interface Acted<Result> {
  readonly result: Result;
  readonly confirmed: boolean;
}

/** Opens the shared store for one change that ends or restricts something. @throws as {@link withSharedStore} */
export const actOnStore = <Result>(
  config: CardeaConfig,
  act: (store: SharedStore) => Promise<Result>,
): Promise<Acted<Result>> =>
  withSharedStore(config, async (store) => ({ result: await act(store), confirmed: store.confirmed() }));

/** A line for the operator when a fail-over could undo the change. */
export const pendingLines = (confirmed: boolean): readonly string[] =>
  confirmed ? [] : ["(a replica has not confirmed it yet: repeat it after a fail-over)"];

/** Loads the configuration and returns its path. @throws ConfigError for a configuration that cannot be used */
export async function loadOperator(
  flags: ConfigFlag,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly config: CardeaConfig; readonly path: string | undefined }> {
  const { loadConfig } = await import("../config/load.js");
  return loadConfig({
    ...(flags.config === undefined ? {} : { path: flags.config }),
    environment,
    cwd: process.cwd(),
  });
}

/** @throws ConfigError for a configuration that cannot be used */
export const loadOperatorConfig = async (
  flags: ConfigFlag,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CardeaConfig> => (await loadOperator(flags, environment)).config;

/**
 * Ends every session and every live access token of a user, including tokens of outside issuers that map to the user.
 *
 * @param end - the change of the user's own sessions
 */
export async function endUser<Result>(
  config: CardeaConfig,
  user: UserId,
  end: (store: SharedStore) => Promise<Result>,
): Promise<Acted<Result>> {
  const [{ mappedTokensOf }, { mappedLifeOf }] = await Promise.all([
    import("../domain/revocation.js"),
    import("../compose/sessions.js"),
  ]);
  const lifeSeconds = mappedLifeOf(config);
  return actOnStore(config, async (store) => {
    const now = Math.floor(Date.now() / 1000);
    if (lifeSeconds > 0)
      await store.sessions.revokeOutside(mappedTokensOf(user, now, lifeSeconds), store.policy);
    return end(store);
  });
}

/** With a memory store the sessions are inside the gateway's process, and no other process can reach them. */
const memoryStore: Problem = {
  kind: "MEMORY_STORE",
  where: "store.kind",
  found: "memory",
  allowed: "redis: a store that other processes can reach",
  fix: "use the mutations revokeSession and revokeAllSessions, or move sessions to Redis",
};

/**
 * Opens the shared store, runs `act` and closes it again.
 *
 * @throws ConfigError for a memory store, a store that does not answer, or a Redis that is too old
 */
export async function withSharedStore<Result>(
  config: CardeaConfig,
  act: (store: SharedStore) => Promise<Result>,
): Promise<Result> {
  const [{ redisOptionsOf }, { DEFAULT_SESSION_POLICY }, { longestLifeOf, revocationMarginOf }] =
    await Promise.all([
      import("../compose/stores.js"),
      import("../domain/policy.js"),
      import("../compose/sessions.js"),
    ]);
  const options = redisOptionsOf(config);
  if (options === undefined) throw new ConfigError([memoryStore]);
  const margin = revocationMarginOf(config);
  const fix = "check that it runs, then try again: the change may not have been made";
  return withRedisStores(options, fix, async (stores) => {
    await learnOfReplicas(stores.revocations);
    return act({
      sessions: stores.sessions,
      limiter: stores.limiter,
      confirmed: stores.allConfirmed,
      policy: {
        ...DEFAULT_SESSION_POLICY,
        ...config.sessions,
        revocationMarginSeconds: margin,
        tombstoneSeconds: Math.max(DEFAULT_SESSION_POLICY.tombstoneSeconds, longestLifeOf(config) + margin),
      },
    });
  });
}

const REPLICA_TIMEOUT_MS: Milliseconds = 3_000;

/**
 * Starts the revocation log, which detects whether the store has replicas, so that the command can wait for a replica
 * as a gateway does. When the store is too slow, the command continues without.
 */
async function learnOfReplicas(log: Pick<RevocationLog, "start">): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, REPLICA_TIMEOUT_MS);
  });
  await Promise.race([log.start(), late]);
  clearTimeout(timer);
}

/** Finds a user of the configured directory by login name. @throws ConfigError when there is none */
export async function findUser(config: CardeaConfig, username: string) {
  if (config.users === undefined)
    throw new UsageError("the configuration has no users file (users.path); use --user-id");
  const [{ createFileUserDirectory }, { DEFAULT_TENANT }, { systemClock }] = await Promise.all([
    import("../stores/users/file-directory.js"),
    import("../domain/brand.js"),
    import("../domain/time.js"),
  ]);
  const directory = await createFileUserDirectory({ path: config.users.path, clock: systemClock });
  const user = await directory.byUsername(DEFAULT_TENANT, username);
  if (user === undefined)
    throw new ConfigError([
      {
        kind: "UNKNOWN_USER",
        where: config.users.path,
        found: `no user named ${username}`,
        allowed: "a login name of this file",
        fix: "check the spelling, or use --user-id",
      },
    ]);
  return user;
}
