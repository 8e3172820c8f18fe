import { FaultError } from "cardea/stores";
import type { ClientBase, Pool } from "pg";

/** Announces that something was revoked; the payload says nothing. */
export const CHANNEL = "cardea_revocation";

const fault = (what: string, error: unknown): FaultError => {
  // Messages of the database quote rows; its code is enough to find the cause.
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  return new FaultError("SERVICE_UNAVAILABLE", `PostgreSQL did not carry out ${what}: ${code}`, {
    details: { retryAfter: 1 },
  });
};

/** Runs one statement. @throws FaultError `SERVICE_UNAVAILABLE` */
export async function ask<Row extends object>(
  pool: Pool,
  what: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await pool.query<Row>(text, [...values])).rows;
  } catch (error) {
    throw fault(what, error);
  }
}

/**
 * Runs one verb in one transaction; what it throws rolls everything back. A connection that failed is thrown away, so
 * that no later verb finds itself in the middle of an old one.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE`; the transaction may have been committed when the answer was lost
 */
export async function inTransaction<Result>(
  pool: Pool,
  what: string,
  act: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw fault(what, error);
  });
  let broken = true;
  try {
    await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
    const result = await act(client);
    await client.query("COMMIT");
    broken = false;
    return result;
  } catch (error) {
    throw fault(what, error);
  } finally {
    client.release(broken);
  }
}
