import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Document, isMap, isSeq } from "yaml";
import type { AccountStatus, User } from "../../credentials/user-directory.js";
import { DEFAULT_TENANT, type TenantId, type UserId, userId } from "../../domain/brand.js";
import { ConfigError } from "../../domain/errors.js";
import { isBlank, parseUserDocument } from "./user-document.js";
import { ACCOUNT_STATUSES, readUsers } from "./user-file.js";

export interface NewUser {
  /** Default: 16 random bytes, base64url. Never a login name, because a name can be given to somebody else later. */
  readonly id?: UserId;
  readonly username: string;
  readonly tenant?: TenantId;
  readonly passwordHash?: string;
  readonly scopes?: readonly string[];
  readonly status?: AccountStatus;
}

export type UserChange = Partial<Pick<User, "passwordHash" | "scopes" | "status" | "username">> & {
  /** Absolute path of the configuration in whose store the user is locked too; `null` removes it. */
  readonly lockedIn?: string | null;
};

const LOCK_ATTEMPTS = 100;
const LOCK_WAIT_MS = 50;

function nodeError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** One writer at a time: the renewal of a hash and the edit of an operator must not overwrite each other. */
async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await (await open(lock, "wx", 0o600)).close();
      break;
    } catch (error) {
      if (!nodeError(error, "EEXIST")) throw error;
      if (attempt === LOCK_ATTEMPTS) {
        throw new Error(
          `${lock} exists, so another process is writing the users file. If no process is, remove the lock file`,
        );
      }
      await sleep(LOCK_WAIT_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Replaces the file atomically: readers see the old or the new content, never a part. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads and edits the file. The whole result is checked before it is written. */
function edit<Result>(path: string, change: (document: Document) => Result): Promise<Result> {
  return withLock(path, async () => {
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      if (nodeError(error, "ENOENT")) return "";
      throw error;
    });
    const { document } = parseUserDocument(isBlank(text) ? "users: []\n" : text, path);
    const result = change(document);
    const written = text.trimStart().startsWith("{")
      ? `${JSON.stringify(document.toJS(), null, 2)}\n`
      : inBlockStyle(document).toString({ lineWidth: 0 });
    readUsers(parseUserDocument(written, path).entries, path);
    if (written !== text) await replaceFile(path, written);
    return result;
  });
}

/** One key per line, so that the change of a user is a change of a few lines. */
function inBlockStyle(document: Document): Document {
  const users = document.get("users");
  for (const node of [document.contents, users, ...(isSeq(users) ? users.items : [])])
    if ((isMap(node) || isSeq(node)) && node.items.length > 0) node.flow = false;
  return document;
}

/**
 * Replaces a hash in the text of the file without parsing it, because a gateway does this between requests. A hash is
 * unique; if it is not found exactly once, nothing changes.
 */
export function replaceHash(path: string, before: string, after: string): Promise<void> {
  return withLock(path, async () => {
    const [head, tail, ...more] = (await readFile(path, "utf8")).split(before);
    if (head === undefined || tail === undefined || more.length > 0) return;
    await replaceFile(path, `${head}${after}${tail}`);
  });
}

/**
 * Adds a user to the file. Creates the file (mode 0600) if there is none.
 *
 * @returns the user's id
 * @throws ConfigError when the name or id is taken or the result would not be a valid file
 */
export function addUser(path: string, user: NewUser): Promise<UserId> {
  const id = user.id ?? userId(randomBytes(16).toString("base64url"));
  return edit(path, (document) => {
    const entry = {
      id,
      username: user.username,
      ...(user.tenant === undefined || user.tenant === DEFAULT_TENANT ? {} : { tenant: user.tenant }),
      status: user.status ?? "active",
      scopes: [...(user.scopes ?? [])],
      ...(user.passwordHash === undefined ? {} : { passwordHash: user.passwordHash }),
    };
    document.addIn(["users"], document.createNode(entry));
    return id;
  });
}

/** The new `status` of an account. Names that grant scopes are kept. */
function withStatus(before: unknown, status: AccountStatus): unknown {
  const granting = [before ?? []]
    .flat()
    .filter((name) => !(ACCOUNT_STATUSES as readonly unknown[]).includes(name));
  if (granting.length === 0) return status;
  return status === "active" ? granting : [...granting, status];
}

/** The path of the configuration in whose store the user is locked too, if there is one. */
export async function storeLockOf(path: string, username: string): Promise<string | undefined> {
  const users = parseUserDocument(await readFile(path, "utf8"), path).document.get("users");
  const entry = (isSeq(users) ? users.items : []).find(
    (item) => isMap(item) && item.get("username") === username,
  );
  const lockedIn = isMap(entry) ? entry.get("lockedIn") : undefined;
  return typeof lockedIn === "string" ? lockedIn : undefined;
}

/** One user, by id or by name. */
export type Who = { readonly tenant?: TenantId } & ({ readonly id: UserId } | { readonly username: string });

function indexOf(document: Document, who: Who): number {
  const [key, value] = "id" in who ? ["id", who.id] : ["username", who.username];
  const users = document.get("users");
  return (isSeq(users) ? users.items : []).findIndex(
    (item) =>
      isMap(item) &&
      item.get(key) === value &&
      (item.get("tenant") ?? DEFAULT_TENANT) === (who.tenant ?? DEFAULT_TENANT),
  );
}

/**
 * Changes one user.
 *
 * @returns false when there is no such user
 * @throws ConfigError when the result would not be a valid file
 */
export function updateUser(path: string, who: Who, change: UserChange): Promise<boolean> {
  return edit(path, (document) => {
    const index = indexOf(document, who);
    const entry = index < 0 ? undefined : document.getIn(["users", index]);
    if (!isMap(entry)) return false;
    const { status, lockedIn, ...plain } = change;
    if (lockedIn === null) entry.delete("lockedIn");
    else if (lockedIn !== undefined) entry.set("lockedIn", lockedIn);
    for (const [name, next] of Object.entries(plain)) entry.set(name, document.createNode(next));
    if (status !== undefined)
      entry.set("status", document.createNode(withStatus(entry.toJSON()["status"], status)));
    return true;
  });
}

/** Removes a user from the file. @returns false when there is no such user */
export function removeUser(path: string, who: Who): Promise<boolean> {
  return edit(path, (document) => {
    const index = indexOf(document, who);
    return index >= 0 && document.deleteIn(["users", index]);
  });
}

/** A user of the file, with the status as it is written. */
export interface ListedUser {
  readonly user: User;
  readonly status: readonly string[];
}

/** All users of the file. @throws ConfigError for an invalid file */
export async function listUsers(path: string): Promise<readonly ListedUser[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (nodeError(error, "ENOENT")) throw noFile(path);
    throw error;
  });
  const { entries } = parseUserDocument(text, path);
  return readUsers(entries, path).map((user, index) => {
    const value = entries[index]?.value;
    const status: unknown = value instanceof Map ? value.get("status") : undefined;
    return { user, status: [status ?? user.status].flat().map(String) };
  });
}

const noFile = (path: string): ConfigError =>
  new ConfigError([
    {
      kind: "BAD_USER_FILE",
      where: path,
      found: "no file",
      allowed: "a users file",
      fix: "check --file or users.path, or create it with `cardea users add`",
    },
  ]);
