import { ConfigError, FaultError } from "../domain/errors.js";
import type { createRedisStores } from "../stores/redis/index.js";

type Options = Parameters<typeof createRedisStores>[0];
type RedisStores = ReturnType<typeof createRedisStores>;

/**
 * Opens the Redis that gateways share for one act, and closes it again.
 *
 * @param fix - what to do when it does not answer
 * @throws ConfigError for a server that does not answer, and for one that is too old
 */
export async function withRedisStores<Result>(
  options: Options,
  fix: string,
  act: (stores: RedisStores) => Promise<Result> | Result,
): Promise<Result> {
  const { createRedisStores: create } = await import("../stores/redis/index.js");
  const stores = create(options);
  try {
    await stores.checkServers();
    return await act(stores);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new ConfigError([
      {
        kind: "STORE_UNAVAILABLE",
        where: "store.url",
        found: "a store that does not answer",
        allowed: "a reachable Redis",
        fix,
      },
    ]);
  } finally {
    await stores.close();
  }
}
