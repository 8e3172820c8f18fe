import { readFile, stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { passwordCost, type User, userReference } from "../../credentials/user-directory.js";
import { ConfigError, FaultError, type Problem } from "../../domain/errors.js";
import { isBlank, parseUserDocument } from "./user-document.js";
import { readUsers, type StatusScopes } from "./user-file.js";

/** A user as the indexes know them. */
export interface IndexedUser {
  readonly user: User;
  readonly idKey: string;
  readonly nameKey: string;
  readonly reference: string;
}

/** The users of one version of the file. */
export interface Snapshot {
  /** Tells versions apart without reading them. */
  readonly version: string;
  readonly byId: ReadonlyMap<string, User>;
  readonly byUsername: ReadonlyMap<string, User>;
  readonly byReference: ReadonlyMap<string, User>;
  /** Every stored password hash without its salt and digest: how much work a check of it is. */
  readonly passwordCosts: ReadonlySet<string>;
}

/** What the worker answers, a part at a time: one long message would block whoever reads it. */
export type Part =
  | { readonly kind: "users"; readonly users: readonly IndexedUser[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "end" };

/** Larger files are parsed by a thread of their own. */
const INLINE_BYTES = 16_384;
const PART_SIZE = 100;

const ENTRY = new URL("./user-file-thread.mjs", import.meta.url);

export const keyOf = (tenant: string, value: string): string => JSON.stringify([tenant, value]);

export async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}

/**
 * Reads one version of the file, all at once: for the start, when nobody waits.
 *
 * @throws ConfigError for a file that is not as it should be
 */
export async function readSnapshot(path: string, statusScopes: StatusScopes): Promise<Snapshot> {
  const version = await versionOf(path);
  return build(version, indexUsers(await readFile(path, "utf8"), path, statusScopes));
}

/**
 * Reads a changed file beside running requests: parsing is done by a thread, and no step here takes long.
 *
 * @returns "blank" for an empty file, "changing" for one that is being written
 * @throws ConfigError for a file that is not as it should be
 */
export async function readChange(
  path: string,
  statusScopes: StatusScopes,
): Promise<Snapshot | "blank" | "changing"> {
  const version = await versionOf(path);
  const text = await readFile(path, "utf8");
  if (isBlank(text)) return "blank";
  const users =
    text.length <= INLINE_BYTES
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
    // No environment: it needs none, and ours may hold secrets.
    env: {},
    execArgv: [],
  });
  worker.unref();
  const users: IndexedUser[] = [];
  return new Promise<readonly IndexedUser[]>((resolve, reject) => {
    worker.on("error", (cause) =>
      reject(new FaultError("SERVICE_UNAVAILABLE", `${path}: cannot be read`, { cause })),
    );
    worker.on("exit", () => reject(new FaultError("SERVICE_UNAVAILABLE", `${path}: cannot be read`)));
    worker.on("message", (part: Part) => {
      if (part.kind === "refused") return reject(new ConfigError(part.problems));
      if (part.kind === "end") return resolve(users);
      users.push(...part.users);
      // Each part on a turn of its own: requests come between.
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
