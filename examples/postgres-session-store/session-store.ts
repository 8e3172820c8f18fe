import {
  byBeginning,
  judgeLife,
  notBeforeRevocation,
  type OutcomeOf,
  type Revocation,
  type SessionCommand,
  type SessionPolicy,
  type SessionStore,
  type TenantId,
  transition,
  type UserId,
} from "cardea/stores";
import type { ClientBase, Pool } from "pg";
import { CHANNEL, inTransaction } from "./database.js";
import {
  EVERYONE,
  liveSessions,
  lockUser,
  notBeforeOf,
  readSession,
  readUser,
  type Unit,
} from "./records.js";

export interface PostgresSessionStoreOptions {
  readonly pool: Pool;
  /** Told of each revocation after it was committed, so that this gateway need not wait for its own news. */
  readonly onRevoked: (entry: Revocation) => void;
  /** Only tests: Unix milliseconds in place of the server's clock. */
  readonly injectedNowMs?: (() => number) | undefined;
}

/** Key of the advisory lock under which revocations are numbered and committed: see {@link publish}. */
const PUBLISHING = 4_017_562;

const SERVER_NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)";

/**
 * Sessions in PostgreSQL. Each verb is one transaction that first locks the row of the *user* it speaks of: every
 * record of a user changes under that lock alone, so the domain's `transition` sees a state nobody else is changing,
 * and the lock order is always the same.
 */
export function createPostgresSessionStore(options: PostgresSessionStoreOptions): SessionStore {
  const { pool, onRevoked, injectedNowMs } = options;

  /** The store's clock, asked once the lock is held. */
  const clock = async (client: ClientBase): Promise<number> => {
    if (injectedNowMs !== undefined) return injectedNowMs();
    const { rows } = await client.query<{ now: string }>(`SELECT ${SERVER_NOW} AS now`);
    return Number(rows[0]?.now);
  };

  /** Runs one verb of a user alone, and tells this gateway what it revoked once it is committed. */
  const verb = async <Result>(
    what: string,
    tenant: TenantId,
    user: UserId,
    act: (unit: Unit) => Promise<Result>,
  ): Promise<Result> => {
    const revoked: Revocation[] = [];
    const result = await inTransaction(pool, what, async (client) => {
      const locked = await lockUser(client, tenant, user);
      const nowMs = await clock(client);
      const state = Number(locked.retain_until) * 1000 > nowMs ? locked.record : undefined;
      const notBefore = await notBeforeOf(client, tenant);
      return act({ client, nowMs, user: state, notBefore, revoked });
    });
    for (const entry of revoked) onRevoked(entry);
    return result;
  };

  const run = <Command extends SessionCommand>(
    command: Command,
    policy: SessionPolicy,
  ): Promise<OutcomeOf[Command["kind"]]> =>
    verb(command.kind, command.tenant, command.userId, (unit) => decide(unit, command, policy));

  const listLive = async (client: ClientBase, tenant: TenantId, userId: UserId) => {
    const nowMs = await clock(client);
    const user = await readUser(client, tenant, userId, nowMs);
    const notBefore = await notBeforeOf(client, tenant);
    return liveSessions({ client, nowMs, user, notBefore }, tenant, userId);
  };

  return {
    create: run,
    rotate: run,
    elevate: run,
    renew: run,
    see: run,
    restrict: run,
    // A committed transaction is confirmed by as many standbys as `synchronous_standby_names` demands.
    revoke: async (command, policy) => ({ ...(await run(command, policy)), confirmed: true }),
    revokeAll: async (command, policy) => ({ ...(await run(command, policy)), confirmed: true }),
    revokeOthers: (tenant, userId, keep, policy) =>
      verb("revokeOthers", tenant, userId, async (unit) => {
        let revoked = 0;
        for (const { record } of await liveSessions(unit, tenant, userId)) {
          const { id } = record;
          if (id !== keep)
            revoked += (await decide(unit, { kind: "revoke", id, tenant, userId }, policy)).revoked;
        }
        return { kind: "revoked", revoked, confirmed: true };
      }),

    raiseNotBefore: async ({ tenant, notBefore }, policy) => {
      const entry = await inTransaction(pool, "raiseNotBefore", async (client) => {
        await client.query(
          `INSERT INTO cardea_not_before AS n (tenant, not_before) VALUES ($1, $2)
           ON CONFLICT (tenant) DO UPDATE SET not_before = greatest(n.not_before, EXCLUDED.not_before)`,
          [tenant ?? EVERYONE, notBefore],
        );
        const revocation = notBeforeRevocation({ tenant, notBefore }, await clock(client), policy);
        await publish(client, revocation);
        return revocation;
      });
      onRevoked(entry);
    },

    revokeOutside: async (entry) => {
      await inTransaction(pool, "revokeOutside", (client) => publish(client, entry));
      onRevoked(entry);
      return { confirmed: true };
    },

    find: (id) =>
      inTransaction(pool, "find", async (client) => {
        const nowMs = await clock(client);
        const found = await readSession(client, id, nowMs);
        if (found === undefined) return undefined;
        const { record: session, moments } = found;
        const user = await readUser(client, session.tenant, session.userId, nowMs);
        const notBefore = await notBeforeOf(client, session.tenant);
        return { session, live: judgeLife(session, user, nowMs, notBefore) === undefined, moments };
      }),
    list: (tenant, userId) =>
      inTransaction(pool, "list", async (client) => {
        const live = await listLive(client, tenant, userId);
        return live.map(({ record }) => record);
      }),
    page: (tenant, userId, { first, after }) =>
      inTransaction(pool, "page", async (client) => {
        const start = after && (await readSession(client, after, await clock(client)))?.record;
        if (after !== undefined && (!start || start.tenant !== tenant || start.userId !== userId))
          return undefined;
        const live = await listLive(client, tenant, userId);
        return live
          .filter(({ record }) => !start || byBeginning(record, start) > 0)
          .slice(0, first)
          .map(({ record: session, moments }) => ({ session, live: true, moments }));
      }),
    user: (tenant, user) =>
      inTransaction(pool, "user", async (client) => readUser(client, tenant, user, await clock(client))),
  };
}

/** Reads, lets the law decide, writes what it says: nothing here knows what a refresh is. */
async function decide<Command extends SessionCommand>(
  unit: Unit,
  command: Command,
  policy: SessionPolicy,
): Promise<OutcomeOf[Command["kind"]]> {
  const { client, nowMs, user, notBefore, revoked } = unit;
  const { tenant, userId } = command;
  const known = "id" in command ? await readSession(client, command.id, nowMs) : undefined;
  const others =
    command.kind === "revokeAll" || command.kind === "create"
      ? (await liveSessions(unit, tenant, userId)).map(({ record }) => record)
      : [];
  const next = transition(
    {
      session: known?.record,
      moments: known?.moments,
      user,
      notBefore,
      others,
      liveSessions: others.length,
    },
    command,
    nowMs,
    policy,
  );
  if (next.session !== undefined)
    await client.query(
      `INSERT INTO cardea_session (id, tenant, user_id, record, retain_until) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET record = EXCLUDED.record, retain_until = EXCLUDED.retain_until`,
      [next.session.id, tenant, userId, JSON.stringify(next.session), next.session.retainUntil],
    );
  if (next.moments !== undefined && "id" in command)
    await client.query("UPDATE cardea_session SET moments = $2 WHERE id = $1", [
      command.id,
      JSON.stringify(next.moments),
    ]);
  if (next.user !== undefined)
    await client.query(
      "UPDATE cardea_user SET record = $3, retain_until = $4 WHERE tenant = $1 AND user_id = $2",
      [tenant, userId, JSON.stringify(next.user), next.user.retainUntil],
    );
  if (next.revocation !== undefined) {
    await publish(client, next.revocation);
    revoked.push(next.revocation);
  }
  return next.outcome;
}

/**
 * Adds to the revocations in the same transaction. A sequence numbers rows when they are inserted, not when they are
 * committed; the lock makes the two orders one, so that a reader who has seen number n has seen all before it.
 */
async function publish(client: ClientBase, entry: Revocation): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [PUBLISHING]);
  await client.query("INSERT INTO cardea_revocation (entry, until) VALUES ($1, $2)", [
    JSON.stringify(entry),
    entry.until,
  ]);
  await client.query("SELECT pg_notify($1, '')", [CHANNEL]);
}
