/** The servers of a Redis store. */
export type Topology =
  | { readonly kind: "standalone"; readonly nodes: readonly [Node] }
  | { readonly kind: "sentinel"; readonly nodes: readonly Node[]; readonly name: string }
  | { readonly kind: "cluster"; readonly nodes: readonly Node[] };

export interface Node {
  readonly host: string;
  readonly port: number;
}

export interface RedisAddress {
  readonly topology: Topology;
  readonly tls: boolean;
  /** The ACL user. Absent: the default user. */
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

const SCHEME = /^redis(s?)(?:-(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/;
const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;

/**
 * Parses a store URL:
 *
 * - `redis://[user:password@]host[:port][/database]`
 * - `redis-sentinel://[user:password@]host[:port],host[:port]/master-name[/database]`
 * - `redis-cluster://[user:password@]host[:port],host[:port]`
 *
 * and each with `rediss` for TLS. User and password are percent-encoded.
 *
 * @throws TypeError that does not quote the URL, because it holds a password
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = SCHEME.exec(url);
  if (match === null)
    throw new TypeError(
      "a Redis URL must begin with redis://, redis-sentinel:// or redis-cluster:// (rediss… for TLS)",
    );
  const [, secure, kind, credentials, hosts = "", path = ""] = match;
  const sentinel = kind === "sentinel";
  const nodes = hosts
    .split(",")
    .map((host) => readNode(host, sentinel ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT));
  const [first, second] = path.split("/").map(decode);
  const [only, ...more] = nodes;
  if (only === undefined) throw new TypeError("the Redis URL has no host");
  const base = { tls: secure === "s", ...readCredentials(credentials) };
  switch (kind) {
    case "sentinel":
      if (first === undefined || first === "")
        throw new TypeError("a redis-sentinel:// URL must end with the name of the master");
      return { ...base, topology: { kind, nodes, name: first }, database: readDatabase(second) };
    case "cluster":
      if (path !== "") throw new TypeError("Redis Cluster has no databases: remove the path of the URL");
      return { ...base, topology: { kind, nodes }, database: 0 };
    default:
      if (more.length > 0)
        throw new TypeError(
          "a redis:// URL must have one host; for several use redis-sentinel:// or redis-cluster://",
        );
      return { ...base, topology: { kind: "standalone", nodes: [only] }, database: readDatabase(first) };
  }
}

export const isCluster = (url: string): boolean => parseRedisUrl(url).topology.kind === "cluster";

function readNode(text: string, defaultPort: number): Node {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535)
    throw new TypeError("a host of the Redis URL is not host:port");
  return { host, port };
}

function readCredentials(text: string | undefined): Pick<RedisAddress, "username" | "password"> {
  if (text === undefined || text === "") return {};
  const colon = text.indexOf(":");
  const username = decode(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? "" : decode(text.slice(colon + 1));
  return { ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }) };
}

function readDatabase(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  if (!/^\d{1,4}$/.test(text)) throw new TypeError("the database of a Redis URL must be a number");
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TypeError("user and password of the Redis URL must be percent-encoded");
  }
}
