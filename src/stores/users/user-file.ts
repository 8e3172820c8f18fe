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
  // Written by `cardea users lock` and read by `unlock`: the configuration in whose store the user is locked too.
  "lockedIn",
]);

type Entry = ReadonlyMap<string, unknown>;

/** Status → the scopes that it grants: `users.statusScopes`. */
export type StatusScopes = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the users of a file.
 *
 * A `status` is active, locked or disabled, or a name from `statusScopes`, or a list of these. A name from
 * `statusScopes` grants its scopes to an active account. These scopes must not be in `scopes`: otherwise somebody who
 * may edit the scopes of a user could create an administrator.
 *
 * @param statusScopes - absent: statuses are not checked, for tools that do not know the configuration of the gateway
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
          bad(place(kind), `the same value as in line ${before}`, `a unique ${kind}`, "change one of them"),
        );
      seen.set(key, entry.lines.get(kind) ?? entry.line);
    }
    users.push(user);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return users;
}

/** The place of an entry, or of one of its keys, in the file. */
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
    problems.push(bad(place(), "an entry that is not a mapping", "{ id, username, … }", "correct it"));
    return undefined;
  }
  const entry: Entry = value;
  for (const key of entry.keys()) {
    if (KEYS.has(key)) continue;
    // The key may be a misplaced value, such as a password: it must not reach the log.
    const name = typeof key === "string" && /^\w{1,32}$/.test(key) ? key : undefined;
    const found = name === undefined ? "a key that is not a plain name" : "an unknown key";
    problems.push(bad(place(name), found, [...KEYS].join(", "), "remove it, or check the spelling"));
  }
  const text = (key: string): string => {
    const found = entry.get(key);
    if (typeof found === "string" && found.length > 0 && found.length <= 256) return found;
    add(
      key,
      found === undefined ? "nothing" : "a value that is not a short string",
      "a string of 1 to 256 characters",
    );
    return "";
  };
  const id = text("id");
  const username = text("username");
  // Subgraphs receive outside callers in this form, so no local user may have such an id.
  if (/:\/\/[^|]*\|/.test(id)) add("id", "an id of the form issuer|subject", "an id of another form");
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
  if (scopeList === undefined)
    add("scopes", "a value that is not a list of scope tokens", "a list of strings without spaces");
  const reserved = new Set([...(statuses?.values() ?? [])].flat());
  if (scopeList?.some((scope) => reserved.has(scope)) === true) {
    add(
      "scopes",
      "a scope that a status grants",
      "scopes that no status grants",
      "give the account that status instead",
    );
  }
  const passwordHash = entry.get("passwordHash");
  if (
    passwordHash !== undefined &&
    !(typeof passwordHash === "string" && passwordHash.startsWith("$argon2id$"))
  ) {
    add(
      "passwordHash",
      "a value that is not an argon2id hash",
      "$argon2id$…",
      "set it with `cardea users add`",
    );
  }
  const attributes = entry.get("attributes") ?? new Map();
  if (!(attributes instanceof Map)) add("attributes", "a value that is not a mapping", "name: value");
  const given = entry.get("sessionMetadata");
  const sessionMetadata = given instanceof Map ? plainObject(given) : undefined;
  if (given !== undefined && sessionMetadata === undefined)
    add("sessionMetadata", "a value that is not a mapping", "name: value");
  const bytes = Buffer.byteLength(JSON.stringify(sessionMetadata ?? {}));
  if (bytes > MAX_METADATA_BYTES) {
    add("sessionMetadata", `${bytes} bytes of JSON`, `at most ${MAX_METADATA_BYTES}`, "remove a part of it");
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

/** Maps → objects without prototype, so that an attribute with the name `__proto__` is ordinary data. */
function plainObject(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, value] of map) plain[String(key)] = plainValue(value);
  return plain;
}

const plainValue = (value: unknown): unknown => {
  if (value instanceof Map) return plainObject(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
};
