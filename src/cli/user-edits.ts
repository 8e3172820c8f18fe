import type { Command } from "commander";
import { ConfigError } from "../domain/errors.js";
import type { ListedUser, Who } from "../stores/users/edit-user-file.js";
import { type ConfigFlag, loadOperatorConfig, withConfigFlag } from "./operator.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import { readNewPassword } from "./password.js";
import type { VerbContext, VerbInput } from "./verb.js";

/** Which users file a verb works on. */
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

/** `cardea users passwd | list | show | remove | set-scopes`: what stands in the users file. */
export function registerUserEdits(users: Command, context: VerbContext): void {
  const onFile = (verb: string, description: string): Command =>
    withConfigFlag(
      users
        .command(verb)
        .description(description)
        .option("--file <file>", `the users file; default: the configuration's, else ${DEFAULT_FILE}`),
    );
  context.run<FileOptions>(onFile("list", "every user: name, id, status, scopes; never a hash"), list);
  context.run<FileOptions>(
    onFile("show", "one user of the file; never the hash").argument("<username>", "login name"),
    show,
  );
  context.run<FileOptions>(
    onFile("passwd", "give a user another password; asks for it unless --password-stdin")
      .argument("<username>", "login name")
      .option("--password-stdin", "read the password from standard input (one line)"),
    passwd,
  );
  context.run<FileOptions>(
    onFile("set-scopes", "replace what a user may ask for; live tokens keep theirs until they end")
      .argument("<username>", "login name")
      .argument("<scopes>", 'all of them, separated by spaces: "orders:read orders:write"; "" for none'),
    setScopes,
  );
  context.run<FileOptions>(
    onFile("remove", "take a user out of the file: no login and no refresh from now on").argument(
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
    throw new UsageError("the configuration names no users file (users.path); use --file");
  return users.path;
}

/** What may be shown of a user: everything but the hash. */
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
    `${users.length} users in ${file}`,
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
  // Before anybody types a password for a user who is not there.
  if (!(await listUsers(file)).some(({ user }) => user.username === who.username))
    throw unknownUser(file, who.username);
  const { hashPassword } = await import("../credentials/password-hash.js");
  const passwordHash = await hashPassword(await readNewPassword(input.options.passwordStdin === true));
  await changed(file, who, await updateUser(file, who, { passwordHash }));
  printResult(input.terminal, input.options.json === true, { ...who, file }, () => [
    `${who.username} has another password. Sessions that are open stay so: end them with \`cardea users sign-out\`.`,
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
    `${who.username} may ask for ${scopes.length === 0 ? "nothing" : scopes.join(" ")}. Live access tokens keep what they have until they end.`,
  ]);
  return EXIT.ok;
}

async function remove(input: VerbInput<FileOptions>): Promise<ExitCode> {
  const [file, who] = [await fileOf(input), { username: input.args[0] ?? "" }];
  const { removeUser } = await import("../stores/users/edit-user-file.js");
  await changed(file, who, await removeUser(file, who));
  printResult(input.terminal, input.options.json === true, { ...who, file }, () => [
    `${who.username} is no longer in ${file}: no login and no refresh. Access tokens already out end with their time.`,
  ]);
  return EXIT.ok;
}

async function changed(file: string, who: Who & { readonly username: string }, done: boolean): Promise<void> {
  if (!done) throw unknownUser(file, who.username);
}
