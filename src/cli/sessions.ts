import { ConfigError } from "../domain/errors.js";
import { lastSeenAt, type Session } from "../domain/session.js";
import {
  actOnStore,
  type ConfigFlag,
  findUser,
  loadOperatorConfig,
  pendingLines,
  withConfigFlag,
  withSharedStore,
} from "./operator.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import { registerRevokeOutside } from "./revoke-outside.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface ListFlags extends ConfigFlag {
  readonly userId?: string;
}

interface RevokeBeforeFlags extends ConfigFlag {
  readonly tenant?: string;
}

/**
 * `cardea sessions list | show | revoke | revoke-before | revoke-outside`: shows and ends sessions. It requires a store
 * that other processes can reach.
 */
export const registerSessions: RegisterVerb = (program, context) => {
  const sessions = program
    .command("sessions")
    .description("sessions in the shared store: list, show, revoke, revoke-before, revoke-outside");
  context.run<ListFlags>(
    withConfigFlag(
      sessions
        .command("list")
        .description("list the live sessions of a user")
        .argument("[username]", "login name (or --user-id)")
        .option("--user-id <id>", "the user's id, the `sub` of tokens"),
    ),
    list,
  );
  context.run<ConfigFlag>(
    withConfigFlag(
      sessions.command("show").description("show one session, live or ended").argument("<id>", "session id"),
    ),
    show,
  );
  context.run<ConfigFlag>(
    withConfigFlag(
      sessions
        .command("revoke")
        .description("end a session: its refresh token and its live access tokens, on every gateway")
        .argument("<id>", "session id"),
    ),
    revoke,
  );
  context.run<RevokeBeforeFlags>(
    withConfigFlag(
      sessions
        .command("revoke-before")
        .description("end every session and access token from before a moment: of everyone, or of a tenant")
        .argument("<time>", "`now`, or a past time such as 2026-05-01T12:00:00Z")
        .option("--tenant <id>", "of this tenant only"),
    ),
    revokeBefore,
  );
  registerRevokeOutside(sessions, context);
};

async function list({ options, args, terminal, environment }: VerbInput<ListFlags>): Promise<ExitCode> {
  const [username] = args;
  if ((username === undefined) === (options.userId === undefined))
    throw new UsageError("sessions list requires either a login name or --user-id");
  const config = await loadOperatorConfig(options, environment);
  const [{ DEFAULT_TENANT, userId }, id] = await Promise.all([
    import("../domain/brand.js"),
    username === undefined ? (options.userId ?? "") : findUser(config, username).then((user) => user.id),
  ]);
  const found = await withSharedStore(config, ({ sessions }) => sessions.list(DEFAULT_TENANT, userId(id)));
  printResult(terminal, options.json === true, { userId: id, sessions: found.map(toJson) }, () =>
    found.length === 0 ? [`no live session of ${id}`] : found.map(toLine),
  );
  return EXIT.ok;
}

async function show({ options, args, terminal, environment }: VerbInput<ConfigFlag>): Promise<ExitCode> {
  const config = await loadOperatorConfig(options, environment);
  const found = await find(config, args[0] ?? "");
  const { session, live } = found;
  const [{ readTimeline }, { systemClock }] = await Promise.all([
    import("../sessions/timeline.js"),
    import("../domain/time.js"),
  ]);
  const events = await withSharedStore(config, ({ sessions }) => readTimeline(sessions, found, systemClock));
  printResult(terminal, options.json === true, { session: { ...toJson(session), live, events } }, () => [
    `${toLine(session)}  ${live ? "live" : (session.ended ?? "over")}`,
    ...events.map(
      ({ reason, lastAt, count }) => `  ${timeText(lastAt)}  ${reason}${count > 1 ? `, ${count} times` : ""}`,
    ),
  ]);
  return EXIT.ok;
}

async function revoke({ options, args, terminal, environment }: VerbInput<ConfigFlag>): Promise<ExitCode> {
  const config = await loadOperatorConfig(options, environment);
  const { session } = await find(config, args[0] ?? "");
  const { id, tenant, userId } = session;
  const { result, confirmed } = await actOnStore(config, ({ sessions, policy }) =>
    sessions.revoke({ kind: "revoke", id, tenant, userId }, policy),
  );
  const { revoked } = result;
  printResult(terminal, options.json === true, { id, revoked, confirmed }, () => [
    revoked === 0 ? `${id} had already ended` : `${id} is ended, with its access tokens on every gateway`,
    ...pendingLines(confirmed),
  ]);
  return EXIT.ok;
}

async function revokeBefore({
  options,
  args,
  terminal,
  environment,
}: VerbInput<RevokeBeforeFlags>): Promise<ExitCode> {
  const notBefore = readMoment(args[0] ?? "");
  if (options.tenant === "") throw new UsageError("--tenant is empty: give the id of a tenant");
  const config = await loadOperatorConfig(options, environment);
  const { tenantId } = await import("../domain/brand.js");
  const { confirmed } = await actOnStore(config, ({ sessions, policy }) =>
    sessions.raiseNotBefore(
      { ...(options.tenant === undefined ? {} : { tenant: tenantId(options.tenant) }), notBefore },
      policy,
    ),
  );
  printResult(
    terminal,
    options.json === true,
    { tenant: options.tenant ?? null, notBefore, confirmed },
    () => [
      `Users of ${options.tenant === undefined ? "all tenants" : `tenant ${options.tenant}`} who signed in before ${timeText(notBefore)} must sign in again, on every gateway.`,
      ...pendingLines(confirmed),
    ],
  );
  return EXIT.ok;
}

/** Parses a time in the past. A time in the future would keep all users out until then. */
function readMoment(text: string): number {
  const now = Math.ceil(Date.now() / 1000);
  if (text === "now") return now;
  const wellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const moment = Math.ceil(Date.parse(text) / 1000);
  if (!wellFormed || !Number.isSafeInteger(moment))
    throw new UsageError(
      "revoke-before: allowed is `now`, or a time with its zone such as 2026-05-01T12:00:00Z",
    );
  if (moment > now || moment <= 0) throw new UsageError("revoke-before: allowed is a time in the past");
  return moment;
}

async function find(config: Parameters<typeof withSharedStore>[0], text: string) {
  const [{ sessionAddress }, { sessionId }] = await Promise.all([
    import("../domain/session.js"),
    import("../domain/brand.js"),
  ]);
  if (sessionAddress(text) === undefined) throw new UsageError(`${JSON.stringify(text)} is not a session id`);
  const found = await withSharedStore(config, ({ sessions }) => sessions.find(sessionId(text)));
  if (found !== undefined) return found;
  throw new ConfigError([
    {
      kind: "UNKNOWN_SESSION",
      where: text,
      found: "nothing",
      allowed: "the id of a session that is live or ended recently",
      fix: "run `cardea sessions list`",
    },
  ]);
}

/** The fields that an operator sees, without hashes of secrets. Times in Unix seconds. */
const toJson = (session: Session) => ({
  id: session.id,
  userId: session.userId,
  clientId: session.clientId,
  scopes: session.scopes,
  createdAt: session.createdAt,
  authTime: session.authTime,
  lastSeenAt: lastSeenAt(session),
  expiresAt: session.expiresAt,
  device: session.device ?? null,
  ip: session.ip ?? null,
  generation: session.generation,
});

const toLine = (session: Session): string =>
  [
    session.id,
    session.userId,
    `since ${timeText(session.createdAt)}`,
    `seen ${timeText(lastSeenAt(session))}`,
    session.device ?? "-",
    session.ip ?? "-",
  ].join("  ");

const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
