import type { Command } from "commander";
import { ConfigError } from "../domain/errors.js";
import type { ListedUser, Who } from "../stores/users/edit-user-file.js";
import { type ConfigFlag, loadOperatorConfig, withConfigFlag } from "./operator.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import { readNewPassword } from "./password.js";
import type { VerbContext, VerbInput } from "./verb.js";

/** The users file that a command reads or changes. */
interface FileOptions extends ConfigFlag {
  readonly file?: string;
  readonly passwordStdin?: boolean;
}

export const DEFAULT_FILE = "users.yaml";

export const unknownUser = (file: string, username: string): ConfigError =>
  new ConfigError([
    {
      kind: "UNKNOWN_USER",
      where: file,
      found: `no user named ${username}`,
      allowed: "a login name of this file",
      fix: "check the spelling",
    },
  ]);

/** `cardea users passwd | list | show | remove | set-scopes`: shows and changes the users file. */
export function registerUserEdits(users: Command, context: VerbContext): void {
  const onFile = (verb: string, description: string): Command =>
    withConfigFlag(
      users
        .command(verb)
        .description(description)
        .option("--file <file>", `the users file; default: the configured one, else ${DEFAULT_FILE}`),
    );
  context.run<FileOptions>(onFile("list", "list all users: name, id, status, scopes; never a hash"), list);
  context.run<FileOptions>(
    onFile("show", "show one user; never the hash").argument("<username>", "login name"),
    show,
  );
  context.run<FileOptions>(
    onFile("passwd", "set a new password; prompts for it unless --password-stdin")
      .argument("<username>", "login name")
      .option("--password-stdin", "read the password from standard input (one line)"),
    passwd,
  );
  context.run<FileOptions>(
    onFile("set-scopes", "replace the scopes of a user; live access tokens keep theirs until they expire")
      .argument("<username>", "login name")
      .argument("<scopes>", 'all scopes, separated by spaces: "orders:read orders:write"; "" for none'),
    setScopes,
  );
  context.run<FileOptions>(
    onFile("remove", "remove a user from the file: no login and no refresh from now on").argument(
      "<username>",
      "login name",
    ),
    remove,
  );
}

async function fileOf({ options, environment }: VerbInput<FileOptions>): Promise<string> {
  if (options.file !== undefined) return options.file;
  if (options.config === undefined) return DEFAULT_FILE;
  const { users } = await loadOperatorConfig(options, environment);
  if (users === undefined)
    throw new UsageError("the configuration has no users file (users.path); use --file");
  return users.path;
}

/** The fields of a user that may be shown: all except the hash. */
const viewOf = ({ user, status }: ListedUser) => ({
  username: user.username,
  id: user.id,
  tenant: user.tenant,
  status,
  scopes: user.scopes,
  password: user.passwordHash !== undefined,
});

async function list(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const file = await fileOf(input);
  const { listUsers } = await import("../stores/users/edit-user-file.js");
  const users = (await listUsers(file)).map(viewOf);
  printResult(input.terminal, input.options.json === true, { file, users }, () => [
    ...users.map(({ username, id, status, scopes }) =>
      [username, id, status.join("+"), scopes.join(" ") || "(no scopes)"].join("  "),
    ),
    `${users.length} ${users.length === 1 ? "user" : "users"} in ${file}`,
  ]);
  return EXIT.ok;
}

async function show(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const [file, username] = [await fileOf(input), input.args[0] ?? ""];
  const { listUsers } = await import("../stores/users/edit-user-file.js");
  const { DEFAULT_TENANT } = await import("../domain/brand.js");
  const found = (await listUsers(file)).find(
    ({ user }) => user.username === username && user.tenant === DEFAULT_TENANT,
  );
  if (found === undefined) throw unknownUser(file, username);
  const { attributes, sessionMetadata } = found.user;
  const view = {
    ...viewOf(found),
    attributes,
    ...(sessionMetadata === undefined ? {} : { sessionMetadata }),
  };
  printResult(input.terminal, input.options.json === true, { file, user: view }, () =>
    Object.entries(view).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
  );
  return EXIT.ok;
}

async function passwd(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const [file, who] = [await fileOf(input), { username: input.args[0] ?? "" }];
  const { listUsers, updateUser } = await import("../stores/users/edit-user-file.js");
  // Check before the prompt, so that nobody types a password for an unknown user.
  if (!(await listUsers(file)).some(({ user }) => user.username === who.username))
    throw unknownUser(file, who.username);
  const { hashPassword } = await import("../credentials/password-hash.js");
  const passwordHash = await hashPassword(await readNewPassword(input.options.passwordStdin === true));
  await changed(file, who, await updateUser(file, who, { passwordHash }));
  printResult(input.terminal, input.options.json === true, { ...who, file }, () => [
    `${who.username} has a new password. Open sessions continue; end them with \`cardea users sign-out\`.`,
  ]);
  return EXIT.ok;
}

async function setScopes(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const [file, who] = [await fileOf(input), { username: input.args[0] ?? "" }];
  const { parseScopes } = await import("./scopes.js");
  const scopes = parseScopes(input.args[1] ?? "", "the scopes");
  const { updateUser } = await import("../stores/users/edit-user-file.js");
  await changed(file, who, await updateUser(file, who, { scopes }));
  printResult(input.terminal, input.options.json === true, { ...who, scopes, file }, () => [
    `${who.username} now has ${scopes.length === 0 ? "no scopes" : `the scopes ${scopes.join(" ")}`}. Live access tokens keep their scopes until they expire.`,
  ]);
  return EXIT.ok;
}

async function remove(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const [file, who] = [await fileOf(input), { username: input.args[0] ?? "" }];
  const { removeUser } = await import("../stores/users/edit-user-file.js");
  await changed(file, who, await removeUser(file, who));
  printResult(input.terminal, input.options.json === true, { ...who, file }, () => [
    `${who.username} is no longer in ${file}: no login and no refresh. Access tokens already issued remain valid until they expire.`,
  ]);
  return EXIT.ok;
}

async function changed(file: string, who: Who & { readonly username: string }, done: boolean): Promise<void> {
  if (!done) throw unknownUser(file, who.username);
}
