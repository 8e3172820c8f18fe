import { readFile, stat } from "node:fs/promises";
import { type User, type UserDirectory, userReference } from "../../credentials/user-directory.js";
import { ConfigError, FaultError } from "../../domain/errors.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import { updateUser } from "./edit-user-file.js";
import { parseUserDocument, readUsers, type StatusScopes } from "./user-file.js";

export interface FileDirectoryOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Scopes that come with an account's status. Default: none, and no status but active, locked and disabled. */
  readonly statusScopes?: StatusScopes;
  /** Least time between two looks at the file. Default 1000. */
  readonly recheckMs?: Milliseconds;
  /** Told when a changed file cannot be used; the users read before stay in force until it is mended. */
  readonly onProblem?: (text: string) => void;
}

interface Snapshot {
  readonly version: string;
  readonly byId: ReadonlyMap<string, User>;
  readonly byUsername: ReadonlyMap<string, User>;
  readonly byReference: ReadonlyMap<string, User>;
}

const keyOf = (tenant: string, value: string): string => JSON.stringify([tenant, value]);

async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}

async function read(path: string, version: string, statusScopes: StatusScopes): Promise<Snapshot> {
  const users = readUsers(parseUserDocument(await readFile(path, "utf8"), path), path, statusScopes);
  return {
    version,
    byId: new Map(users.map((user) => [keyOf(user.tenant, user.id), user])),
    byUsername: new Map(users.map((user) => [keyOf(user.tenant, user.username), user])),
    byReference: new Map(users.map((user) => [userReference(user.tenant, user.id), user])),
  };
}

/**
 * A directory of users kept in one YAML or JSON file. Changes are noticed at the next look-up, at most once a second:
 * locking a user in the file takes effect without a restart.
 *
 * @throws ConfigError when the file cannot be used at start
 */
export async function createFileUserDirectory(options: FileDirectoryOptions): Promise<UserDirectory> {
  const { path, clock, recheckMs = 1000, statusScopes = {} } = options;
  const first = async (): Promise<Snapshot> => read(path, await versionOf(path), statusScopes);
  let snapshot = await first().catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([
      {
        kind: "BAD_USER_FILE",
        where: `users.path: ${path}`,
        found: "a file that cannot be read",
        allowed: "a readable YAML or JSON file",
        mend: "check the path, or create it with `cardea users add`",
      },
    ]);
  });
  let checkedAtMs = clock.monotonicMs();
  let checking: Promise<void> | undefined;
  let reported: string | undefined;

  const recheck = async (): Promise<void> => {
    let version = "unreadable";
    try {
      version = await versionOf(path);
      if (version !== snapshot.version) snapshot = await read(path, version, statusScopes);
      reported = undefined;
    } catch (error) {
      if (reported === version) return;
      reported = version;
      options.onProblem?.(error instanceof ConfigError ? error.message : `${path}: cannot be read`);
    }
  };

  const current = async (): Promise<Snapshot> => {
    if (checking === undefined && clock.monotonicMs() - checkedAtMs >= recheckMs) {
      checkedAtMs = clock.monotonicMs();
      checking = recheck().finally(() => {
        checking = undefined;
      });
    }
    await checking;
    return snapshot;
  };

  return {
    byUsername: async (tenant, username) => (await current()).byUsername.get(keyOf(tenant, username)),
    byId: async (tenant, id) => (await current()).byId.get(keyOf(tenant, id)),
    byReference: async (reference) => (await current()).byReference.get(reference),
    async saveRehash(tenant, id, passwordHash) {
      try {
        await updateUser(path, { tenant, id }, { passwordHash });
      } catch (error) {
        throw new FaultError("SERVICE_UNAVAILABLE", "the user file cannot be written", { cause: error });
      }
    },
  };
}
