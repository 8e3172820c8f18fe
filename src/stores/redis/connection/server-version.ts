import { ConfigError } from "../../../domain/errors.js";

/** What a server says of itself. */
export interface ServerVersion {
  readonly product: "Redis" | "Valkey";
  /** As the product counts. */
  readonly version: string;
}

/** The scripts need commands of Redis 7.0 (`PEXPIRETIME`). Every Valkey has them: it began as Redis 7.2. */
const LEAST_MAJOR = 7;
const ALLOWED = "Redis 7.0 or newer, or Valkey";

/**
 * Reads `INFO server`. Valkey names itself, and says `redis_version:7.2.4` for the sake of old clients.
 *
 * @returns `undefined` where no version can be read
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
  found.product === "Valkey" || Number.parseInt(found.version, 10) >= LEAST_MAJOR;

/**
 * Does a server lack what the scripts need? Unknown means that it does.
 *
 * @param info - its `INFO server`
 * @returns what it is called, if so
 */
export function judgeServer(info: string): string | undefined {
  const found = parseServerVersion(info);
  if (found === undefined) return "a server that tells no version";
  return isFit(found) ? undefined : `${found.product} ${found.version}`;
}

/** @param names - what {@link judgeServer} called the servers that are unfit */
export const unfitStore = (names: readonly string[]): ConfigError =>
  new ConfigError([
    {
      kind: "UNFIT_STORE",
      where: "store.url",
      found: [...new Set(names)].join(", "),
      allowed: ALLOWED,
      fix: "upgrade the server, name another one, or let its user ask for INFO",
    },
  ]);
