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
  /** Default: 16 random bytes, base64url. Never a login name: names change hands. */
  readonly id?: UserId;
  readonly username: string;
  readonly tenant?: TenantId;
  readonly passwordHash?: string;
  readonly scopes?: readonly string[];
  readonly status?: AccountStatus;
}

export type UserChange = Partial<Pick<User, "passwordHash" | "scopes" | "status" | "username">> & {
  /** The configuration whose store holds the lock too, as an absolute path; `null`: none does any more. */
  readonly lockedIn?: string | null;
};

const LOCK_ATTEMPTS = 100;
const LOCK_WAIT_MS = 50;

function nodeError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** One writer at a time: a rehash and an operator's edit must not overwrite each other. */
async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await (await open(lock, "wx", 0o600)).close();
      break;
    } catch (error) {
      if (!nodeError(error, "EEXIST")) throw error;
      if (attempt === LOCK_ATTEMPTS) {
        throw new Error(`${lock} exists: another process is writing, or one died; remove it if not`);
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

/** Swaps the file in: readers see the old one or the new one, never half. */
async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(aside, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Reads, edits, and checks the whole result before it is written. */
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

/** One key a line, however the file was begun: a change of one user is a change of a few lines. */
function inBlockStyle(document: Document): Document {
  const users = document.get("users");
  for (const node of [document.contents, users, ...(isSeq(users) ? users.items : [])])
    if ((isMap(node) || isSeq(node)) && node.items.length > 0) node.flow = false;
  return document;
}

/**
 * Replaces one hash by another where it is written, without reading the rest: a gateway does this between requests. A
 * hash is a text nobody else has; one that is not found exactly once stays as it is.
 */
export function replaceHash(path: string, before: string, after: string): Promise<void> {
  return withLock(path, async () => {
    const [head, tail, ...more] = (await readFile(path, "utf8")).split(before);
    if (head === undefined || tail === undefined || more.length > 0) return;
    await replaceFile(path, `${head}${after}${tail}`);
  });
}

/**
 * Adds a user to the file, creating it (mode 0600) where there is none.
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

/** The account's state, changed; names that grant scopes stay beside it. */
function withStatus(before: unknown, status: AccountStatus): unknown {
  const granting = [before ?? []]
    .flat()
    .filter((name) => !(ACCOUNT_STATUSES as readonly unknown[]).includes(name));
  if (granting.length === 0) return status;
  return status === "active" ? granting : [...granting, status];
}

/** Where else a user is locked: the path of the configuration whose store holds the lock, if one does. */
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

/** Takes one user out of the file. @returns false when there is no such user */
export function removeUser(path: string, who: Who): Promise<boolean> {
  return edit(path, (document) => {
    const index = indexOf(document, who);
    return index >= 0 && document.deleteIn(["users", index]);
  });
}

/** A user as the file lists them, with the status as it is written. */
export interface ListedUser {
  readonly user: User;
  readonly status: readonly string[];
}

/** Every user of the file. @throws ConfigError for a file that is not as it should be */
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
