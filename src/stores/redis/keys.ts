import { userReference } from "../../credentials/user-directory.js";
import type { SessionId, TenantId, UserId } from "../../domain/brand.js";
import { partitionOf, type SessionAddress, sessionAddress } from "../../domain/session.js";

/**
 * Key names. The hash tag is the partition, so everything about a user — sessions, list, epoch and revocation
 * stream — shares one slot and one script can change it atomically, on Redis Cluster too.
 *
 * The clock of every script is the server's TIME; only tests inject another.
 */
export interface Keys {
  session(address: SessionAddress): string;
  /** Details too long for the record of the session, with the same expiry. */
  side(address: SessionAddress): string;
  /** What befell the session; there only when something did. */
  timeline(address: SessionAddress): string;
  /** Epoch, lock and not-before of a user, and the list of their sessions. */
  user(owner: Owner): string;
  stream(partition: number): string;
  /** Not-befores of tenants and of everyone; a copy in each partition, so that one script reads one slot. */
  notBefore(partition: number): string;
  /** Beside the streams, written by whoever polls many of them at once. */
  readonly heartbeat: string;
  /** Hints about new entries of any stream; the payload is the partition and the entry's id. */
  readonly channel: string;
  limit(key: string): string;
  /** Written to see whether the partition takes writes. */
  probe(partition: number): string;
  /** What the gateways of this installation say of themselves. */
  readonly gateways: string;
}

/** A user as keys know them. */
export interface Owner {
  readonly partition: number;
  readonly reference: string;
}

/** @throws TypeError for a prefix that would change hash tags or break key patterns */
export function createKeys(prefix: string): Keys {
  if (/[{}*?[\]\s]/.test(prefix))
    throw new TypeError(`the Redis key prefix "${prefix}" holds one of {}*?[] or a space`);
  const name = (kind: string, partition: number, rest: string) => `${prefix}${kind}:{p${partition}}:${rest}`;
  return {
    session: ({ partition, name: member }) => name("s", partition, member),
    side: ({ partition, name: member }) => name("m", partition, member),
    timeline: ({ partition, name: member }) => name("t", partition, member),
    user: ({ partition, reference }) => name("u", partition, reference),
    stream: (partition) => `${prefix}rv:{p${partition}}`,
    notBefore: (partition) => `${prefix}nb:{p${partition}}`,
    heartbeat: `${prefix}hb`,
    channel: `${prefix}rv`,
    probe: (partition) => `${prefix}w:{p${partition}}`,
    limit: (key) => `${prefix}l:${key}`,
    gateways: `${prefix}gw`,
  };
}

export function ownerOf(tenant: TenantId, user: UserId): Owner {
  const reference = userReference(tenant, user);
  return { reference, partition: partitionOf(Buffer.from(reference, "base64url")) };
}

/** How a user's list names a session: the 16 random bytes of its id. */
export const memberOf = ({ name }: SessionAddress): Buffer => Buffer.from(name, "base64url");

/** The address of a session, if the id is one and lies where this user's sessions lie; else nothing is there. */
export function addressFor(owner: Owner, id: SessionId): SessionAddress | undefined {
  const address = sessionAddress(id);
  return address?.partition === owner.partition ? address : undefined;
}
