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
  /** Scopes that a status grants. Default: none; only the statuses active, locked and disabled. */
  readonly statusScopes?: StatusScopes;
  /** The minimum time between two checks of the file. Default 1000. */
  readonly recheckMs?: Milliseconds;
  /** How long a file must stay unchanged before users who are missing in it count as removed. Default 10 000. */
  readonly removalDelayMs?: Milliseconds;
  /** Called when a changed file cannot be used. The earlier users are used until it is corrected. */
  readonly onProblem?: (text: string) => void;
  /** Called when users are missing from a changed file, and again when they count as removed. */
  readonly onMissing?: (type: "users.missing" | "users.removed", text: string) => void;
}

/** A version of the file in which users are missing, until they count as removed. */
interface Unconfirmed {
  readonly snapshot: Snapshot;
  readonly sinceMs: Milliseconds;
  readonly missing: number;
}

/**
 * A user directory in one YAML or JSON file. The file is checked at look-ups, at most once a second, so locking a user
 * in the file takes effect without a restart.
 *
 * A file in which users are missing may be incomplete: it is just being written, or the disk was full. Until it has
 * been unchanged for `removalDelayMs`, requests of missing users get 503 and their sessions stay. For all other users
 * the new file can remove rights, but not add any. An empty file is never used: until it is restored, all users get
 * 503.
 *
 * @throws ConfigError when the file cannot be used at start
 */
export async function createFileUserDirectory(options: FileDirectoryOptions): Promise<UserDirectory> {
  const { path, clock, recheckMs = 1000, removalDelayMs = 10_000, statusScopes = {} } = options;
  let confirmed = await readSnapshot(path, statusScopes).catch((error: unknown) => {
    throw error instanceof ConfigError ? error : unreadable(path);
  });
  let unconfirmed: Unconfirmed | undefined;
  let isBlank = false;
  let checkedAtMs = clock.monotonicMs();
  let checking: Promise<void> | undefined;
  let reported: string | undefined;
  /** References of the users whose removal this process has seen. */
  const removed = new Set<string>();

  const confirm = (next: Snapshot): void => {
    for (const reference of confirmed.byReference.keys())
      if (!next.byReference.has(reference)) removed.add(reference);
    for (const reference of removed) if (next.byReference.has(reference)) removed.delete(reference);
    confirmed = next;
    unconfirmed = undefined;
  };

  const reportOnce = (version: string, text: string): void => {
    if (reported !== version) options.onProblem?.(text);
    reported = version;
  };

  const take = (next: Snapshot): void => {
    const missing = [...confirmed.byId.keys()].filter((key) => !next.byId.has(key)).length;
    if (missing === 0) {
      confirm(next);
      return;
    }
    unconfirmed = { snapshot: next, sinceMs: clock.monotonicMs(), missing };
    options.onMissing?.(
      "users.missing",
      `${path}: ${missing} of ${confirmed.byId.size} users are missing. They get 503, and count as removed when the file has not changed for ${removalDelayMs / 1000} s`,
    );
  };

  const recheck = async (): Promise<void> => {
    let version = "unreadable";
    try {
      version = await versionOf(path);
      if (version === unconfirmed?.snapshot.version) {
        const { snapshot, sinceMs, missing } = unconfirmed;
        if (clock.monotonicMs() - sinceMs < removalDelayMs) return;
        confirm(snapshot);
        options.onMissing?.(
          "users.removed",
          `${path}: ${missing} users were removed, ${confirmed.byId.size} are left`,
        );
      } else if (version !== confirmed.version || unconfirmed !== undefined || isBlank) {
        const next = await readChange(path, statusScopes);
        if (next === "changing") return;
        isBlank = next === "blank";
        if (next === "blank") {
          unconfirmed = undefined;
          return reportOnce(version, `${path} is empty. Nobody can sign in or refresh until it is restored`);
        }
        take(next);
      }
      reported = undefined;
    } catch (error) {
      reportOnce(
        version,
        error instanceof ConfigError
          ? error.message
          : `${path} cannot be read; the earlier users are still used`,
      );
    }
  };

  const current = async (): Promise<void> => {
    const now = clock.monotonicMs();
    // While the file may be incomplete, every look-up checks it again, because missing users are waiting for it.
    const isDue = now - checkedAtMs >= recheckMs || unconfirmed !== undefined || isBlank;
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
    const before = look(confirmed);
    if (isBlank) throw tryLater(`${path} is empty`);
    if (unconfirmed === undefined) return before;
    const after = look(unconfirmed.snapshot);
    if (before === undefined && after === undefined) return undefined;
    if (before === undefined || after === undefined)
      throw tryLater(`this user was added to or removed from ${path}, which may be incomplete`);
    return restricted(before, after);
  };

  const byId = (tenant: TenantId, id: UserId): Promise<User | undefined> =>
    find((snapshot) => snapshot.byId.get(keyOf(tenant, id)));

  return {
    byUsername: (tenant, username) => find((snapshot) => snapshot.byUsername.get(keyOf(tenant, username))),
    byId,
    byReference: (reference) => find((snapshot) => snapshot.byReference.get(reference)),
    wasRemoved: (reference) => removed.has(reference),
    passwordCosts: () => confirmed.passwordCosts,
    async saveRehash(tenant, id, passwordHash) {
      const user = await byId(tenant, id);
      try {
        if (user?.passwordHash !== undefined) await replaceHash(path, user.passwordHash, passwordHash);
      } catch (error) {
        throw new FaultError("SERVICE_UNAVAILABLE", `the users file ${path} cannot be written`, {
          cause: error,
        });
      }
    },
  };
}

/** A file that may be incomplete can remove rights of a user, but not add any. */
const restricted = (before: User, after: User): User =>
  after.status === "active"
    ? { ...before, scopes: before.scopes.filter((scope) => after.scopes.includes(scope)) }
    : after;

const tryLater = (text: string): FaultError =>
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
