import type { AccountStatus, User } from "../../credentials/user-directory.js";
import { DEFAULT_TENANT, tenantId, userId } from "../../domain/brand.js";
import { isScopeToken } from "../../domain/claims.js";
import { ConfigError, type Problem } from "../../domain/errors.js";
import { MAX_METADATA_BYTES } from "../../domain/session.js";
import type { UserEntry } from "./user-document.js";

export const ACCOUNT_STATUSES: readonly AccountStatus[] = ["active", "locked", "disabled"];
const KEYS = new Set([
  "id",
  "username",
  "tenant",
  "status",
  "scopes",
  "passwordHash",
  "attributes",
  "sessionMetadata",
  // Written by `cardea users lock`, read by `unlock`: the configuration whose store holds the lock too.
  "lockedIn",
]);

type Entry = ReadonlyMap<string, unknown>;

/** Scopes that come with an account's status: `users.statusScopes`. */
export type StatusScopes = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the users of a file.
 *
 * A `status` is one of active, locked and disabled, or a name from `statusScopes` (or a list of these), which grants
 * its scopes to an active account. Scopes granted that way cannot be stored by hand: whoever may edit a user's scopes
 * could otherwise make an administrator.
 *
 * @param statusScopes - absent: statuses are not judged, for tools that do not know the gateway's configuration
 * @throws ConfigError with every problem at once, naming line and key, never a value
 */
export function readUsers(
  entries: readonly UserEntry[],
  path: string,
  statusScopes?: StatusScopes,
): readonly User[] {
  const statuses = statusScopes === undefined ? undefined : new Map(Object.entries(statusScopes));
  const problems: Problem[] = [];
  const users: User[] = [];
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const place: Place = (key) => {
      const line = (key === undefined ? undefined : entry.lines.get(key)) ?? entry.line;
      return `${path}:${line}: users[${index}]${key === undefined ? "" : `.${key}`}`;
    };
    const user = readUser(entry.value, place, statuses, problems);
    if (user === undefined) continue;
    for (const kind of ["id", "username"] as const) {
      const key = JSON.stringify([kind, user.tenant, user[kind]]);
      const before = seen.get(key);
      if (before !== undefined)
        problems.push(
          bad(place(kind), `a value used before, in line ${before}`, "one user per value", "change it"),
        );
      seen.set(key, entry.lines.get(kind) ?? entry.line);
    }
    users.push(user);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return users;
}

/** Where an entry, or one of its keys, is written. */
type Place = (key?: string) => string;

const bad = (where: string, found: string, allowed: string, fix: string): Problem => ({
  kind: "BAD_USER_FILE",
  where,
  found,
  allowed,
  fix,
});

function readUser(
  value: unknown,
  place: Place,
  statuses: ReadonlyMap<string, readonly string[]> | undefined,
  problems: Problem[],
): User | undefined {
  const before = problems.length;
  const add = (part: string, found: string, allowed: string, fix = "correct it"): void => {
    problems.push(bad(place(part), found, allowed, fix));
  };
  if (!(value instanceof Map)) {
    problems.push(bad(place(), "an entry that is no mapping", "{ id, username, … }", "correct it"));
    return undefined;
  }
  const entry: Entry = value;
  for (const key of entry.keys()) {
    if (KEYS.has(key)) continue;
    // A value written in the place of a key must not reach the log.
    const name = typeof key === "string" && /^\w{1,32}$/.test(key) ? key : undefined;
    const found = name === undefined ? "a key that is no plain name" : "an unknown key";
    problems.push(bad(place(name), found, [...KEYS].join(", "), "remove it, or check the spelling"));
  }
  const text = (key: string): string => {
    const found = entry.get(key);
    if (typeof found === "string" && found.length > 0 && found.length <= 256) return found;
    add(key, found === undefined ? "nothing" : "a value that is no short text", "1–256 characters");
    return "";
  };
  const id = text("id");
  const username = text("username");
  // So outside callers look to subgraphs; no local user may look like one.
  if (/:\/\/[^|]*\|/.test(id)) add("id", "an id of the form issuer|subject", "any other id");
  const named = [entry.get("status") ?? "active"].flat();
  const status = ACCOUNT_STATUSES.findLast((known) => named.includes(known)) ?? "active";
  const granting = named.filter((name) => !(ACCOUNT_STATUSES as readonly unknown[]).includes(name));
  const granted = granting.flatMap((name) => (typeof name === "string" ? (statuses?.get(name) ?? []) : []));
  const isKnown = (name: unknown): boolean =>
    typeof name === "string" && (statuses === undefined || statuses.has(name));
  if (!granting.every(isKnown)) {
    add("status", "an unknown status", [...ACCOUNT_STATUSES, ...(statuses?.keys() ?? [])].join(", "));
  }
  const scopes: unknown = entry.get("scopes") ?? [];
  const scopeList = Array.isArray(scopes) && scopes.every(isScope) ? scopes : undefined;
  if (scopeList === undefined) add("scopes", "no list of scope tokens", "a list of texts without spaces");
  const reserved = new Set([...(statuses?.values() ?? [])].flat());
  if (scopeList?.some((scope) => reserved.has(scope)) === true) {
    add("scopes", "a scope that a status grants", "scopes no status grants", "give the account that status");
  }
  const passwordHash = entry.get("passwordHash");
  if (
    passwordHash !== undefined &&
    !(typeof passwordHash === "string" && passwordHash.startsWith("$argon2id$"))
  ) {
    add(
      "passwordHash",
      "something that is no argon2id hash",
      "$argon2id$…",
      "set it with `cardea users add`",
    );
  }
  const attributes = entry.get("attributes") ?? new Map();
  if (!(attributes instanceof Map)) add("attributes", "no mapping", "name: value");
  const given = entry.get("sessionMetadata");
  const sessionMetadata = given instanceof Map ? plainObject(given) : undefined;
  if (given !== undefined && sessionMetadata === undefined)
    add("sessionMetadata", "no mapping", "name: value");
  const bytes = Buffer.byteLength(JSON.stringify(sessionMetadata ?? {}));
  if (bytes > MAX_METADATA_BYTES) {
    add("sessionMetadata", `${bytes} bytes of JSON`, `at most ${MAX_METADATA_BYTES}`, "keep less of it");
  }
  const tenant = entry.has("tenant") ? tenantId(text("tenant")) : DEFAULT_TENANT;
  if (problems.length > before || scopeList === undefined) return undefined;
  return {
    id: userId(id),
    tenant,
    username,
    status,
    scopes: [...new Set([...scopeList, ...granted])],
    ...(typeof passwordHash === "string" ? { passwordHash } : {}),
    attributes: attributes instanceof Map ? plainObject(attributes) : Object.create(null),
    ...(sessionMetadata === undefined ? {} : { sessionMetadata }),
  };
}

const isScope = (value: unknown): value is string => typeof value === "string" && isScopeToken(value);

/** Maps → null-prototype objects, so that an attribute named `__proto__` is data like any other. */
function plainObject(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, value] of map) plain[String(key)] = plainValue(value);
  return plain;
}

const plainValue = (value: unknown): unknown => {
  if (value instanceof Map) return plainObject(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
};
