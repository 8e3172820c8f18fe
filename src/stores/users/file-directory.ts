import type { User, UserDirectory } from "../../credentials/user-directory.js";
import type { TenantId, UserId } from "../../domain/brand.js";
import { ConfigError, FaultError } from "../../domain/errors.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import { replaceHash } from "./edit-user-file.js";
import type { StatusScopes } from "./user-file.js";
import { keyOf, readChange, readSnapshot, type Snapshot, versionOf } from "./user-snapshot.js";

export interface FileDirectoryOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Scopes that come with an account's status. Default: none, and no status but active, locked and disabled. */
  readonly statusScopes?: StatusScopes;
  /** Least time between two looks at the file. Default 1000. */
  readonly recheckMs?: Milliseconds;
  /** How long a file in which users are missing must stay as it is before they count as removed. Default 10 000. */
  readonly removalDelayMs?: Milliseconds;
  /** Called when a changed file cannot be used; the users read before stay in force until it is corrected. */
  readonly onProblem?: (text: string) => void;
  /** Called when users are missing from a changed file, and again when they count as removed. */
  readonly onMissing?: (type: "users.missing" | "users.removed", text: string) => void;
}

/** A version of the file in which users are missing, until it is believed. */
interface Doubtful {
  readonly snapshot: Snapshot;
  readonly sinceMs: Milliseconds;
  readonly missing: number;
}

/**
 * A directory of users kept in one YAML or JSON file. Changes are noticed at the next look-up, at most once a second:
 * locking a user in the file takes effect without a restart.
 *
 * A file in which users are missing may be one that is just being written, or was cut off by a full disk. Until it has
 * stayed as it is for `removalDelayMs`, whoever is missing is neither here nor gone (503, nobody is signed out); for
 * everybody else it can take rights away, and gives none. An empty file says nothing at all, for as long as it is there.
 *
 * @throws ConfigError when the file cannot be used at start
 */
export async function createFileUserDirectory(options: FileDirectoryOptions): Promise<UserDirectory> {
  const { path, clock, recheckMs = 1000, removalDelayMs = 10_000, statusScopes = {} } = options;
  let settled = await readSnapshot(path, statusScopes).catch((error: unknown) => {
    throw error instanceof ConfigError ? error : unreadable(path);
  });
  let doubtful: Doubtful | undefined;
  let isBlank = false;
  let checkedAtMs = clock.monotonicMs();
  let checking: Promise<void> | undefined;
  let reported: string | undefined;
  /** References of those this process saw go. */
  const removed = new Set<string>();

  const settle = (next: Snapshot): void => {
    for (const reference of settled.byReference.keys())
      if (!next.byReference.has(reference)) removed.add(reference);
    for (const reference of removed) if (next.byReference.has(reference)) removed.delete(reference);
    settled = next;
    doubtful = undefined;
  };

  const reportOnce = (version: string, text: string): void => {
    if (reported !== version) options.onProblem?.(text);
    reported = version;
  };

  const take = (next: Snapshot): void => {
    const missing = [...settled.byId.keys()].filter((key) => !next.byId.has(key)).length;
    if (missing === 0) {
      settle(next);
      return;
    }
    doubtful = { snapshot: next, sinceMs: clock.monotonicMs(), missing };
    options.onMissing?.(
      "users.missing",
      `${path}: ${missing} of ${settled.byId.size} users are missing: they get 503, and count as removed when the file has not changed for ${removalDelayMs / 1000} s`,
    );
  };

  const recheck = async (): Promise<void> => {
    let version = "unreadable";
    try {
      version = await versionOf(path);
      if (version === doubtful?.snapshot.version) {
        const { snapshot, sinceMs, missing } = doubtful;
        if (clock.monotonicMs() - sinceMs < removalDelayMs) return;
        settle(snapshot);
        options.onMissing?.(
          "users.removed",
          `${path}: ${missing} users were removed, ${settled.byId.size} are left`,
        );
      } else if (version !== settled.version || doubtful !== undefined || isBlank) {
        const next = await readChange(path, statusScopes);
        if (next === "changing") return;
        isBlank = next === "blank";
        if (next === "blank") {
          doubtful = undefined;
          return reportOnce(version, `${path}: is empty; nobody can sign in or refresh until it is restored`);
        }
        take(next);
      }
      reported = undefined;
    } catch (error) {
      reportOnce(version, error instanceof ConfigError ? error.message : `${path}: cannot be read`);
    }
  };

  const current = async (): Promise<void> => {
    const now = clock.monotonicMs();
    // While the file is in doubt every look-up looks again: whoever is missing waits for it to be whole.
    const isDue = now - checkedAtMs >= recheckMs || doubtful !== undefined || isBlank;
    if (checking === undefined && isDue) {
      checkedAtMs = now;
      checking = recheck().finally(() => {
        checking = undefined;
      });
    }
    await checking;
  };

  const find = async (look: (snapshot: Snapshot) => User | undefined): Promise<User | undefined> => {
    await current();
    const before = look(settled);
    if (isBlank) throw notNow(`${path} is empty`);
    if (doubtful === undefined) return before;
    const after = look(doubtful.snapshot);
    if (before === undefined && after === undefined) return undefined;
    if (before === undefined || after === undefined)
      throw notNow(`${path} has changed, and is not yet believed about this user`);
    return restricted(before, after);
  };

  const byId = (tenant: TenantId, id: UserId): Promise<User | undefined> =>
    find((snapshot) => snapshot.byId.get(keyOf(tenant, id)));

  return {
    byUsername: (tenant, username) => find((snapshot) => snapshot.byUsername.get(keyOf(tenant, username))),
    byId,
    byReference: (reference) => find((snapshot) => snapshot.byReference.get(reference)),
    wasRemoved: (reference) => removed.has(reference),
    passwordCosts: () => settled.passwordCosts,
    async saveRehash(tenant, id, passwordHash) {
      const user = await byId(tenant, id);
      try {
        if (user?.passwordHash !== undefined) await replaceHash(path, user.passwordHash, passwordHash);
      } catch (error) {
        throw new FaultError("SERVICE_UNAVAILABLE", "the user file cannot be written", { cause: error });
      }
    },
  };
}

/** What a file in doubt may change about a user: it takes away, and gives nothing. */
const restricted = (before: User, after: User): User =>
  after.status === "active"
    ? { ...before, scopes: before.scopes.filter((scope) => after.scopes.includes(scope)) }
    : after;

const notNow = (text: string): FaultError =>
  new FaultError("SERVICE_UNAVAILABLE", text, { details: { retryAfter: 1 } });

const unreadable = (path: string): ConfigError =>
  new ConfigError([
    {
      kind: "BAD_USER_FILE",
      where: `users.path: ${path}`,
      found: "a file that cannot be read",
      allowed: "a readable YAML or JSON file",
      fix: "check the path, or create it with `cardea users add`",
    },
  ]);
