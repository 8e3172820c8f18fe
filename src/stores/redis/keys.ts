import { userReference } from "../../credentials/user-directory.js";
import type { SessionId, TenantId, UserId } from "../../domain/brand.js";
import { partitionOf, type SessionAddress, sessionAddress } from "../../domain/session.js";

/**
 * Key names. The hash tag is the partition: so all data of a user (sessions, list, epoch and revocation stream) is in
 * one slot, and one script can change it atomically, on Redis Cluster too.
 *
 * Every script uses the server's TIME; only tests inject another one.
 */
export interface Keys {
  session(address: SessionAddress): string;
  /** Details that are too long for the record of the session, with the same expiry. */
  side(address: SessionAddress): string;
  /** The events of the session; absent if there are none. */
  timeline(address: SessionAddress): string;
  /** Epoch, lock and not-before of a user, and the list of their sessions. */
  user(owner: Owner): string;
  stream(partition: number): string;
  /** The not-befores of tenants and of everyone; copied to each partition, because a script can read one slot only. */
  notBefore(partition: number): string;
  /** Written by gateways that poll many streams at once. */
  readonly heartbeat: string;
  /** Messages about new entries of all streams; the payload is the partition and the id of the entry. */
  readonly channel: string;
  limit(key: string): string;
  /** Written to check whether the partition accepts writes. */
  probe(partition: number): string;
  /** The announcements of the gateways of this installation. */
  readonly gateways: string;
}

/** A user, as used in keys. */
export interface Owner {
  readonly partition: number;
  readonly reference: string;
}

/** @throws TypeError for a prefix that would change hash tags or break key patterns */
export function createKeys(prefix: string): Keys {
  if (/[{}*?[\]\s]/.test(prefix))
    throw new TypeError(`the Redis key prefix "${prefix}" must not contain {}*?[] or a space`);
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

/** The name of a session in the list of its user: the 16 random bytes of its id. */
export const memberOf = ({ name }: SessionAddress): Buffer => Buffer.from(name, "base64url");

/** The address of a session; `undefined` if the id is invalid or not in the partition of this user. */
export function addressFor(owner: Owner, id: SessionId): SessionAddress | undefined {
  const address = sessionAddress(id);
  return address?.partition === owner.partition ? address : undefined;
}
