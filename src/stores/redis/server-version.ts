import { ConfigError } from "../../domain/errors.js";

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

const isFit = (found: ServerVersion | undefined): boolean =>
  found !== undefined && (found.product === "Valkey" || Number.parseInt(found.version, 10) >= LEAST_MAJOR);

/**
 * @param infos - `INFO server` of every server that is written to
 * @throws ConfigError `UNFIT_STORE` naming the versions found, when one of them lacks what the scripts need
 */
export function refuseOldServers(infos: readonly string[]): void {
  const unfit = infos.map(parseServerVersion).filter((found) => !isFit(found));
  if (unfit.length === 0) return;
  const names = unfit.map((found) =>
    found === undefined ? "a server that tells no version" : `${found.product} ${found.version}`,
  );
  throw new ConfigError([
    {
      kind: "UNFIT_STORE",
      where: "store.url",
      found: [...new Set(names)].join(", "),
      allowed: ALLOWED,
      mend: "upgrade the server, or name another one",
    },
  ]);
}
