import { ConfigError } from "../../../domain/errors.js";

/** Product and version of a server. */
export interface ServerVersion {
  readonly product: "Redis" | "Valkey";
  /** The version of that product. */
  readonly version: string;
}

/**
 * The scripts need commands of Redis 7.0 (`PEXPIRETIME`). Every version of Valkey has them, because it began as Redis
 * 7.2.
 */
const MIN_REDIS_MAJOR = 7;
const ALLOWED = "Redis 7.0 or newer, or Valkey";

/**
 * Parses `INFO server`. Valkey has its own fields, and also `redis_version:7.2.4` for older clients.
 *
 * @returns `undefined` if there is no version
 */
export function parseServerVersion(info: string): ServerVersion | undefined {
  const fields = new Map(
    info.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()] as const;
    }),
  );
  const isValkey = fields.get("server_name") === "valkey" || fields.has("valkey_version");
  const version = fields.get(isValkey ? "valkey_version" : "redis_version");
  if (version === undefined || !/^\d{1,5}(\.\d{1,5})*/.test(version)) return undefined;
  return { product: isValkey ? "Valkey" : "Redis", version };
}

const isFit = (found: ServerVersion): boolean =>
  found.product === "Valkey" || Number.parseInt(found.version, 10) >= MIN_REDIS_MAJOR;

/**
 * Checks whether the scripts can run on a server. An unknown version counts as unfit.
 *
 * @param info - its `INFO server`
 * @returns the name of an unfit server, else `undefined`
 */
export function judgeServer(info: string): string | undefined {
  const found = parseServerVersion(info);
  if (found === undefined) return "a server whose version cannot be read";
  return isFit(found) ? undefined : `${found.product} ${found.version}`;
}

/** @param names - the names of unfit servers, from {@link judgeServer} */
export const unfitStore = (names: readonly string[]): ConfigError =>
  new ConfigError([
    {
      kind: "UNFIT_STORE",
      where: "store.url",
      found: [...new Set(names)].join(", "),
      allowed: ALLOWED,
      fix: "upgrade the server, use another one, or give the ACL user the right to run INFO",
    },
  ]);
