import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import {
  type ConfigFlag,
  endUser,
  findUser,
  loadOperator,
  loadOperatorConfig,
  pendingLines,
  withConfigFlag,
} from "./operator.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import { readNewPassword } from "./password.js";
import { DEFAULT_FILE, registerUserEdits, unknownUser } from "./user-edits.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface AddOptions {
  readonly file: string;
  readonly username?: string;
  readonly id?: string;
  readonly scopes?: string;
  readonly passwordStdin?: boolean;
}

interface StatusOptions extends ConfigFlag {
  readonly file?: string;
}

/**
 * `cardea users add | list | show | passwd | set-scopes | remove | lock | unlock | sign-out`: manages the users file of
 * `users.kind: file` and the sessions of its users. Running gateways notice a changed file within a second.
 */
export const registerUsers: RegisterVerb = (program, context) => {
  const users = program.command("users").description("users: add, list, show, change, lock, sign out");
  context.run<AddOptions>(
    users
      .command("add")
      .description("add a user with an argon2id hash; prompts for the password unless --password-stdin")
      .argument("[username]", "login name (or --username)")
      .option("--username <name>", "login name")
      .option("--file <file>", "the users file; created (mode 0600) if it does not exist", DEFAULT_FILE)
      .option("--id <id>", "user id, the `sub` of tokens; default: random")
      .option("--scopes <scopes>", 'scopes of the user, separated by spaces: "orders:read orders:write"')
      .option("--password-stdin", "read the password from standard input (one line)"),
    add,
  );
  registerUserEdits(users, context);
  for (const [verb, status, effect] of [
    ["lock", "locked", "no login and no refresh; with --config and Redis, live access tokens end too"],
    ["unlock", "active", "the user may sign in again"],
  ] as const)
    context.run<StatusOptions>(
      withConfigFlag(
        users
          .command(verb)
          .description(effect)
          .argument("<username>", "login name")
          .option("--file <file>", `the users file; default: the configured one, else ${DEFAULT_FILE}`),
      ),
      (input) => setStatus(input, status),
    );
  context.run<ConfigFlag>(
    withConfigFlag(
      users
        .command("sign-out")
        .description("end every session and every live access token of a user, on every gateway")
        .argument("<username>", "login name"),
    ),
    signOut,
  );
};

async function add({ options, args, terminal }: VerbInput<AddOptions>): Promise<ExitCode> {
  const username = args[0] ?? options.username;
  if (username === undefined)
    throw new UsageError("users add requires a login name, for example: cardea users add alice");
  const [{ addUser }, { hashPassword }, { parseScopes }, { userId }] = await Promise.all([
    import("../stores/users/edit-user-file.js"),
    import("../credentials/password-hash.js"),
    import("./scopes.js"),
    import("../domain/brand.js"),
  ]);
  const scopes = parseScopes(options.scopes ?? "", "--scopes");
  const password = await readNewPassword(options.passwordStdin === true);
  const id = await addUser(options.file, {
    username,
    passwordHash: await hashPassword(password),
    scopes,
    ...(options.id === undefined ? {} : { id: userId(options.id) }),
  });
  printResult(terminal, options.json === true, { id, username, scopes, file: options.file }, () => [
    `${username} is in ${options.file} with id ${id} and ${scopes.length === 0 ? "no" : scopes.length} ${scopes.length === 1 ? "scope" : "scopes"}.`,
    `Add the file to the configuration:  users: { kind: "file", path: ${JSON.stringify(options.file)} }`,
  ]);
  return EXIT.ok;
}

async function setStatus(
  { options, args, terminal, environment }: VerbInput<StatusOptions>,
  status: "locked" | "active",
): Promise<ExitCode> {
  const username = args[0] ?? "";
  const given = options.config === undefined ? undefined : await loadOperator(options, environment);
  const file = options.file ?? given?.config.users?.path ?? DEFAULT_FILE;
  const { storeLockOf, updateUser } = await import("../stores/users/edit-user-file.js");
  const isShared = given?.config.store.kind === "redis";
  const change = async (more: { readonly lockedIn?: string | null }): Promise<void> => {
    if (!(await updateUser(file, { username }, { status, ...more }))) throw unknownUser(file, username);
  };
  let everywhere = isShared;
  let confirmed = true;
  if (status === "locked") {
    // The file keeps the lock permanently; the store makes it effective at once.
    await change(isShared && given?.path !== undefined ? { lockedIn: given.path } : {});
    if (isShared) confirmed = await restrict(given.config, username, true);
  } else {
    // The store first: a user unlocked only in the file would still be locked, without a visible reason.
    const lockedIn = await storeLockOf(file, username).catch(() => undefined);
    if (isShared) confirmed = await restrict(given.config, username, false);
    if (lockedIn !== undefined && lockedIn !== given?.path) {
      const holder = await configOfLock(lockedIn, file, environment);
      confirmed = (await restrict(holder, username, false)) && confirmed;
      everywhere = true;
    }
    await change({ lockedIn: null });
  }
  printResult(terminal, options.json === true, { username, status, file, everywhere, confirmed }, () => [
    status === "active"
      ? `${username} may sign in again.`
      : `${username} is locked: no login and no refresh. ${everywhere ? "Live access tokens ended too." : "Access tokens already issued remain valid until they expire."}`,
    ...pendingLines(confirmed),
  ]);
  return EXIT.ok;
}

/** @throws ConfigError when the store that holds the lock cannot be reached from here */
async function configOfLock(
  path: string,
  file: string,
  environment: VerbInput<StatusOptions>["environment"],
): Promise<CardeaConfig> {
  try {
    return (await loadOperator({ config: path }, environment)).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([
      {
        kind: "LOCKED_IN_STORE",
        where: file,
        found: `a lock that is also in the store of ${path}, a configuration that cannot be read from here`,
        allowed: "a configuration with that store",
        fix: "give that configuration with --config",
      },
      ...error.problems,
    ]);
  }
}

/** @returns whether a replica has confirmed the change, if there is one */
async function restrict(config: CardeaConfig, username: string, locked: boolean): Promise<boolean> {
  const { id, tenant } = await findUser(config, username);
  const { accountKey } = await import("../limits/policy.js");
  const { confirmed } = await endUser(config, id, async ({ sessions, limiter, policy }) => {
    // Unlocking also resets the login limit of the account.
    if (!locked) await limiter.forget([accountKey(tenant, username)]);
    return sessions.restrict(
      {
        kind: "restrict",
        tenant,
        userId: id,
        locked,
        retainUntil: Math.floor(Date.now() / 1000) + policy.absoluteSeconds,
      },
      policy,
    );
  });
  return confirmed;
}

async function signOut({ options, args, terminal, environment }: VerbInput<ConfigFlag>): Promise<ExitCode> {
  const config = await loadOperatorConfig(options, environment);
  const { id, tenant, username } = await findUser(config, args[0] ?? "");
  const { result, confirmed } = await endUser(config, id, ({ sessions, policy }) =>
    sessions.revokeAll({ kind: "revokeAll", tenant, userId: id }, policy),
  );
  printResult(
    terminal,
    options.json === true,
    { userId: id, username, revoked: result.revoked, confirmed },
    () => [
      `${username}: ${result.revoked} sessions ended, with all live access tokens`,
      ...pendingLines(confirmed),
    ],
  );
  return EXIT.ok;
}
