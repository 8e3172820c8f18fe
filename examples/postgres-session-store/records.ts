import {
  byBeginning,
  judgeLife,
  type Moment,
  type Revocation,
  type Session,
  type TenantId,
  type UserId,
  type UserState,
} from "cardea/stores";
import type { ClientBase } from "pg";

/** What only this store has written, it may read back without doubt. */
interface Rows {
  readonly user: { readonly record: UserState; readonly retain_until: string };
  readonly session: { readonly record: Session; readonly moments: readonly Moment[] };
}

/** Tenant names are never empty, so this one is free. */
export const EVERYONE = "";

/** A transaction that holds the lock of one user. */
export interface Unit {
  readonly client: ClientBase;
  readonly nowMs: number;
  /** As stored when the lock was taken. */
  readonly user: UserState | undefined;
  /** The tenant's or everyone's, whichever is later. */
  readonly notBefore: number;
  readonly revoked: Revocation[];
}

/** The user's row, locked until the transaction ends. A user nobody has heard of gets a row that counts as none. */
export async function lockUser(client: ClientBase, tenant: TenantId, user: UserId): Promise<Rows["user"]> {
  for (;;) {
    const { rows } = await client.query<Rows["user"]>(
      "SELECT record, retain_until FROM cardea_user WHERE tenant = $1 AND user_id = $2 FOR UPDATE",
      [tenant, user],
    );
    if (rows[0] !== undefined) return rows[0];
    await client.query(
      "INSERT INTO cardea_user (tenant, user_id, record, retain_until) VALUES ($1, $2, '{}', 0) ON CONFLICT DO NOTHING",
      [tenant, user],
    );
  }
}

export async function notBeforeOf(client: ClientBase, tenant: TenantId): Promise<number> {
  const { rows } = await client.query<{ latest: string | null }>(
    "SELECT max(not_before) AS latest FROM cardea_not_before WHERE tenant IN ($1, $2)",
    [tenant, EVERYONE],
  );
  return Number(rows[0]?.latest ?? 0);
}

export async function readSession(
  client: ClientBase,
  id: string,
  nowMs: number,
): Promise<Rows["session"] | undefined> {
  const { rows } = await client.query<Rows["session"]>(
    "SELECT record, moments FROM cardea_session WHERE id = $1 AND retain_until * 1000 > $2",
    [id, nowMs],
  );
  return rows[0];
}

export async function readUser(
  client: ClientBase,
  tenant: TenantId,
  user: UserId,
  nowMs: number,
): Promise<UserState | undefined> {
  const { rows } = await client.query<Rows["user"]>(
    "SELECT record FROM cardea_user WHERE tenant = $1 AND user_id = $2 AND retain_until * 1000 > $3",
    [tenant, user, nowMs],
  );
  return rows[0]?.record;
}

/** The live sessions of the user with their events, oldest first. */
export async function liveSessions(
  { client, nowMs, user, notBefore }: Omit<Unit, "revoked">,
  tenant: TenantId,
  userId: UserId,
): Promise<readonly Rows["session"][]> {
  const { rows } = await client.query<Rows["session"]>(
    "SELECT record, moments FROM cardea_session WHERE tenant = $1 AND user_id = $2",
    [tenant, userId],
  );
  return rows
    .filter(({ record }) => judgeLife(record, user, nowMs, notBefore) === undefined)
    .sort((a, b) => byBeginning(a.record, b.record));
}
