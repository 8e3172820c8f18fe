import { type Document, isMap, isSeq, parseDocument } from "yaml";
import type { AccountStatus, User } from "../../credentials/user-directory.js";
import { DEFAULT_TENANT, tenantId, userId } from "../../domain/brand.js";
import { isScopeToken } from "../../domain/claims.js";
import { ConfigError, type Problem } from "../../domain/errors.js";

const STATUSES: readonly AccountStatus[] = ["active", "locked", "disabled"];
const KEYS = new Set(["id", "username", "tenant", "status", "scopes", "passwordHash", "attributes"]);

type Entry = ReadonlyMap<string, unknown>;

/** The file as a document that can be edited without losing comments. JSON is YAML, so one reader serves both. */
export function parseUserDocument(text: string, path: string): Document {
  const document = parseDocument(text === "" ? "users: []\n" : text, { uniqueKeys: true });
  if (document.errors.length > 0 || !isMap(document.contents) || !isSeq(document.get("users"))) {
    throw new ConfigError([
      {
        kind: "BAD_USER_FILE",
        where: path,
        // The parser's own text quotes the file, and the file holds hashes.
        found: "a file that is no YAML or JSON with a list `users`",
        allowed: "users: [{ id, username, passwordHash, scopes, status, attributes }]",
        mend: "correct the file, or start one with `cardea users add`",
      },
    ]);
  }
  return document;
}

/**
 * Reads the users of a file.
 *
 * @throws ConfigError with every problem at once, naming users by position
 */
export function readUsers(document: Document, path: string): readonly User[] {
  const problems: Problem[] = [];
  const listed: unknown = document.toJS({ mapAsMap: true });
  const entries: unknown = listed instanceof Map ? listed.get("users") : [];
  const users: User[] = [];
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    const user = readUser(entry, `${path}: users[${index}]`, problems);
    if (user === undefined) continue;
    for (const [kind, value, seen] of [
      ["id", user.id, ids],
      ["username", user.username, names],
    ] as const) {
      const key = JSON.stringify([user.tenant, value]);
      if (seen.has(key)) {
        problems.push(
          bad(`${path}: users[${index}].${kind}`, "a value used before", "one user per value", "change it"),
        );
      }
      seen.add(key);
    }
    users.push(user);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return users;
}

const bad = (where: string, found: string, allowed: string, mend: string): Problem => ({
  kind: "BAD_USER_FILE",
  where,
  found,
  allowed,
  mend,
});

function readUser(value: unknown, where: string, problems: Problem[]): User | undefined {
  const before = problems.length;
  const add = (part: string, found: string, allowed: string, mend = "correct it"): void => {
    problems.push(bad(`${where}.${part}`, found, allowed, mend));
  };
  if (!(value instanceof Map)) {
    problems.push(bad(where, "an entry that is no mapping", "{ id, username, … }", "correct it"));
    return undefined;
  }
  const entry: Entry = value;
  for (const key of entry.keys()) {
    if (!KEYS.has(key))
      add(String(key), "an unknown key", [...KEYS].join(", "), "remove it, or check the spelling");
  }
  const text = (key: string): string => {
    const found = entry.get(key);
    if (typeof found === "string" && found.length > 0 && found.length <= 256) return found;
    add(key, found === undefined ? "nothing" : "a value that is no short text", "1–256 characters");
    return "";
  };
  const id = text("id");
  const username = text("username");
  // A `|` separates issuer and subject in what subgraphs see of outside callers; no local user may look like one.
  if (id.includes("|")) add("id", "an id with `|`", "an id without it");
  const status = STATUSES.find((known) => known === (entry.get("status") ?? "active"));
  if (status === undefined) add("status", "an unknown status", STATUSES.join(", "));
  const scopes: unknown = entry.get("scopes") ?? [];
  const scopeList = Array.isArray(scopes) && scopes.every(isScope) ? scopes : undefined;
  if (scopeList === undefined) add("scopes", "no list of scope tokens", "a list of texts without spaces");
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
  const tenant = entry.has("tenant") ? tenantId(text("tenant")) : DEFAULT_TENANT;
  if (problems.length > before || status === undefined || scopeList === undefined) return undefined;
  return {
    id: userId(id),
    tenant,
    username,
    status,
    scopes: scopeList,
    ...(typeof passwordHash === "string" ? { passwordHash } : {}),
    attributes: attributes instanceof Map ? plainObject(attributes) : Object.create(null),
  };
}

const isScope = (value: unknown): value is string => typeof value === "string" && isScopeToken(value);

/** Maps → null-prototype objects, so that an attribute named `__proto__` is data like any other. */
function plainObject(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, value] of map) plain[String(key)] = value instanceof Map ? plainObject(value) : value;
  return plain;
}
