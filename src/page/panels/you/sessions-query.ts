import type { GraphQLAnswer } from "../../../client/answer.js";
import type { AuthNames } from "../../../http/page/contract.js";
import type { TimelineEvent } from "./timeline.js";

/** A login of the user on one device. Times in Unix seconds. */
export interface ListedSession {
  readonly id: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly authTime: number;
  readonly scopes: readonly string[];
  readonly device: string | null;
  readonly ip: string | null;
  readonly current: boolean;
  /** `null` when the store could not read them. */
  readonly events: readonly TimelineEvent[] | null;
}

const EVENTS = "{ reason firstAt lastAt count }";

/** Root fields under an alias, so that the answer does not depend on the prefix of the gateway. `undefined`: not offered. */
export const sessionDocuments = ({ fields }: Pick<AuthNames, "fields">) => ({
  list:
    fields.sessions === null
      ? undefined
      : `query Sessions { sessions: ${fields.sessions} { id createdAt lastSeenAt expiresAt authTime scopes device ip current events ${EVENTS} } }`,
  history:
    fields.sessionEvents === null
      ? undefined
      : `query SessionHistory($id: ID!) { events: ${fields.sessionEvents}(id: $id) ${EVENTS} }`,
  revokeOthers:
    fields.revokeOtherSessions === null
      ? undefined
      : `mutation RevokeOthers { result: ${fields.revokeOtherSessions} { status revoked } }`,
});

/** The field of an answer. @throws Error with the gateway's own words when it has none */
export function fieldOf<Field>(answer: GraphQLAnswer, name: string): Field {
  const value = answer.data?.[name];
  if (value === undefined || value === null)
    throw new Error(answer.errors?.[0]?.message ?? "The gateway sent neither data nor an error.");
  return value as Field; // the shape of our own document
}

/** Sessions that were listed and are no more: they have ended in the meantime. */
export const endedSince = (
  before: readonly ListedSession[],
  now: readonly ListedSession[],
): readonly ListedSession[] => before.filter(({ id }) => !now.some((one) => one.id === id));
