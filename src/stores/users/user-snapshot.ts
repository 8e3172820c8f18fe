import { readFile, stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { passwordCost, type User, userReference } from "../../credentials/user-directory.js";
import { ConfigError, FaultError, type Problem } from "../../domain/errors.js";
import { isBlank, parseUserDocument } from "./user-document.js";
import { readUsers, type StatusScopes } from "./user-file.js";

/** A user with their keys in the indexes. */
export interface IndexedUser {
  readonly user: User;
  readonly idKey: string;
  readonly nameKey: string;
  readonly reference: string;
}

/** The users of one version of the file. */
export interface Snapshot {
  /** Differs for different versions of the file, without reading them. */
  readonly version: string;
  readonly byId: ReadonlyMap<string, User>;
  readonly byUsername: ReadonlyMap<string, User>;
  readonly byReference: ReadonlyMap<string, User>;
  /** The costs of all stored password hashes; see `passwordCost`. */
  readonly passwordCosts: ReadonlySet<string>;
}

/** A message of the worker. Users come in parts, because one long message would block the main thread. */
export type Part =
  | { readonly kind: "users"; readonly users: readonly IndexedUser[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "end" };

/** Larger files are parsed in a thread. */
const MAX_INLINE_LENGTH = 16_384;
const PART_SIZE = 100;

const ENTRY = new URL("./user-file-thread.mjs", import.meta.url);

export const keyOf = (tenant: string, value: string): string => JSON.stringify([tenant, value]);

export async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}

/**
 * Reads the file in one step, for the start, when there are no requests.
 *
 * @throws ConfigError for an invalid file
 */
export async function readSnapshot(path: string, statusScopes: StatusScopes): Promise<Snapshot> {
  const version = await versionOf(path);
  return build(version, indexUsers(await readFile(path, "utf8"), path, statusScopes));
}

/**
 * Reads a changed file while requests are running: a large file is parsed in a thread, and no step here takes long.
 *
 * @returns "blank" for an empty file, "changing" for one that is being written
 * @throws ConfigError for an invalid file
 */
export async function readChange(
  path: string,
  statusScopes: StatusScopes,
): Promise<Snapshot | "blank" | "changing"> {
  const version = await versionOf(path);
  const text = await readFile(path, "utf8");
  if (isBlank(text)) return "blank";
  const users =
    text.length <= MAX_INLINE_LENGTH
      ? indexUsers(text, path, statusScopes)
      : await readInThread(text, path, statusScopes);
  if ((await versionOf(path)) !== version) return "changing";
  return build(version, users);
}

/** @throws ConfigError */
export const indexUsers = (text: string, path: string, statusScopes: StatusScopes): readonly IndexedUser[] =>
  readUsers(parseUserDocument(text, path).entries, path, statusScopes).map((user) => ({
    user,
    idKey: keyOf(user.tenant, user.id),
    nameKey: keyOf(user.tenant, user.username),
    reference: userReference(user.tenant, user.id),
  }));

/** The users in parts, as the worker sends them. */
export function* partsOf(users: readonly IndexedUser[]): Generator<Part> {
  for (let at = 0; at < users.length; at += PART_SIZE)
    yield { kind: "users", users: users.slice(at, at + PART_SIZE) };
  yield { kind: "end" };
}

function readInThread(
  text: string,
  path: string,
  statusScopes: StatusScopes,
): Promise<readonly IndexedUser[]> {
  const worker = new Worker(ENTRY, {
    workerData: { text, path, statusScopes },
    // Without environment variables: the thread needs none, and they may hold secrets.
    env: {},
    execArgv: [],
  });
  worker.unref();
  const users: IndexedUser[] = [];
  return new Promise<readonly IndexedUser[]>((resolve, reject) => {
    worker.on("error", (cause) =>
      reject(new FaultError("SERVICE_UNAVAILABLE", `${path} cannot be read`, { cause })),
    );
    worker.on("exit", () => reject(new FaultError("SERVICE_UNAVAILABLE", `${path} cannot be read`)));
    worker.on("message", (part: Part) => {
      if (part.kind === "refused") return reject(new ConfigError(part.problems));
      if (part.kind === "end") return resolve(users);
      users.push(...part.users);
      // One part per turn of the event loop, so that requests run in between.
      setImmediate(() => worker.postMessage("next"));
    });
  }).finally(() => worker.terminate());
}

async function build(version: string, users: readonly IndexedUser[]): Promise<Snapshot> {
  const byId = new Map<string, User>();
  const byUsername = new Map<string, User>();
  const byReference = new Map<string, User>();
  const passwordCosts = new Set<string>();
  for (const [index, { user, idKey, nameKey, reference }] of users.entries()) {
    if (index % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
    byId.set(idKey, user);
    byUsername.set(nameKey, user);
    byReference.set(reference, user);
    if (user.passwordHash !== undefined) passwordCosts.add(passwordCost(user.passwordHash));
  }
  return { version, byId, byUsername, byReference, passwordCosts };
}
