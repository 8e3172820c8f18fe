import type { SessionId, TenantId, UserId } from "../../../domain/brand.js";
import { judgeLife } from "../../../domain/life.js";
import {
  type Beginning,
  byBeginning,
  publicSessionId,
  type Session,
  type SessionAddress,
  sessionAddress,
  type UserState,
} from "../../../domain/session.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { SessionStore, StoredSession } from "../../../sessions/store.js";
import type { Run } from "../connection/client.js";
import { readReply } from "../connection/reply.js";
import { type Keys, type Owner, ownerOf } from "../keys.js";
import { SCRIPTS } from "../scripts/scripts.js";
import { readMoments, readSession, tenantField } from "./codec.js";
import { pagesOf } from "./pages.js";

/** How many sessions one script reads, so that it does not block Redis for long. */
const MAX_PER_SCRIPT = 100;
/** An entry of a user's list in the answer of `user.lua`: name, expiry, beginning. */
const NAME_BYTES = 16;
const BEGAN_AT = 20;
const LISTED_BYTES = 24;

/** A session in the list of its user. */
interface Listed extends Beginning {
  readonly name: string;
}

export interface SessionReaderOptions {
  readonly run: Run;
  readonly keys: Keys;
  /** Unix milliseconds; 0 for the server's time. */
  readonly now: () => Milliseconds;
}

/** The commands that only read, and the names of a user's sessions. */
export interface SessionReader extends Pick<SessionStore, "find" | "list" | "page" | "user"> {
  members(owner: Owner): Promise<readonly string[]>;
}

export function createSessionReader({ run, keys, now }: SessionReaderOptions): SessionReader {
  const readUser = async (owner: Owner, withList = true) => {
    const args = [now(), withList ? 1 : 0];
    const reply = readReply(await run(owner.partition, SCRIPTS.user, [keys.user(owner)], args));
    const listed = readList(reply.bytes(2), owner.partition);
    if (reply.kind === "unknown") return { listed, state: undefined };
    const state: UserState = {
      epoch: reply.number(3),
      accessExpiresBy: reply.number(4),
      locked: reply.number(6) === 1,
      retainUntil: reply.number(7),
      ...(reply.number(5) === 0 ? {} : { notBefore: reply.number(5) }),
    };
    return { listed, state };
  };

  /** Without the list of sessions, whose cost grows with their number. */
  const stateOf = async (owner: Owner) => (await readUser(owner, false)).state;

  const findAt = async (id: SessionId, address: SessionAddress) => {
    const { partition } = address;
    const scriptKeys = [
      keys.session(address),
      keys.side(address),
      keys.notBefore(partition),
      keys.timeline(address),
    ];
    const found = readReply(await run(partition, SCRIPTS.find, scriptKeys, [now()]));
    if (found.kind === "unknown") return undefined;
    return {
      session: readSession(id, found.bytes(2), found.bytes(3)),
      nowMs: found.number(4),
      notBefore: found.number(5),
      moments: readMoments(found.bytes(6)),
    };
  };

  /** The live ones of the named sessions, in the order of the names. */
  const findLive = async (
    { partition }: Owner,
    tenant: string,
    state: UserState | undefined,
    listed: readonly Listed[],
  ): Promise<readonly StoredSession[]> => {
    const addresses = listed.map(({ name }) => ({ partition, name }));
    const scriptKeys = addresses.flatMap((one) => [keys.session(one), keys.side(one), keys.timeline(one)]);
    const reply = readReply(
      await run(partition, SCRIPTS.findMany, [keys.notBefore(partition), ...scriptKeys], [now(), tenant]),
    );
    const [nowMs, notBefore] = [reply.number(3), reply.number(4)];
    return reply.list(2).flatMap((each, index) => {
      const found = readReply(each);
      const id = listed[index]?.id;
      if (found.kind === "unknown" || id === undefined) return [];
      const session = readSession(id, found.bytes(2), found.bytes(3));
      if (judgeLife(session, state, nowMs, notBefore) !== undefined) return [];
      return [{ session, live: true, moments: readMoments(found.bytes(4)) }];
    });
  };

  /** Sorts the list. If an entry has no beginning, it is read from the record. */
  const inOrder = async (
    owner: Owner,
    tenant: string,
    state: UserState | undefined,
    listed: readonly Listed[],
  ) => {
    const undated = listed.filter(({ createdAt }) => createdAt === 0);
    if (undated.length === 0) return [...listed].sort(byBeginning);
    const pages = pagesOf(undated, MAX_PER_SCRIPT).map((some) => findLive(owner, tenant, state, some));
    const beginnings = new Map(
      (await Promise.all(pages)).flat().map(({ session }) => [session.id, session.createdAt]),
    );
    return listed
      .flatMap((one) => {
        const createdAt = one.createdAt === 0 ? beginnings.get(one.id) : one.createdAt;
        return createdAt === undefined ? [] : [{ ...one, createdAt }];
      })
      .sort(byBeginning);
  };

  const findStored = async (id: SessionId): Promise<StoredSession | undefined> => {
    const address = sessionAddress(id);
    if (address === undefined) return undefined;
    const found = await findAt(id, address);
    if (found === undefined) return undefined;
    const { session, nowMs, notBefore, moments } = found;
    const state = await stateOf(ownerOf(session.tenant, session.userId));
    return { session, live: judgeLife(session, state, nowMs, notBefore) === undefined, moments };
  };

  return {
    members: async (owner) => (await readUser(owner)).listed.map(({ name }) => name),

    find: findStored,

    async list(tenant, user) {
      const owner = ownerOf(tenant, user);
      const { listed, state } = await readUser(owner);
      const pages = pagesOf(listed, MAX_PER_SCRIPT);
      const found = await Promise.all(pages.map((some) => findLive(owner, tenantField(tenant), state, some)));
      return found
        .flat()
        .map(({ session }) => session)
        .sort(byBeginning);
    },

    async page(tenant, user, { first, after }) {
      const owner = ownerOf(tenant, user);
      const { listed, state } = await readUser(owner);
      const all = await inOrder(owner, tenantField(tenant), state, listed);
      let start: Beginning | undefined;
      if (after !== undefined) {
        start = all.find(({ id }) => id === after) ?? ownedBy(await findStored(after), tenant, user);
        if (start === undefined) return undefined;
      }
      let rest = start === undefined ? all : all.filter((one) => byBeginning(one, start) > 0);
      const found: StoredSession[] = [];
      // Listed sessions that are not live do not count for the page.
      while (found.length < first && rest.length > 0) {
        const some = rest.slice(0, Math.min(first - found.length, MAX_PER_SCRIPT));
        rest = rest.slice(some.length);
        found.push(...(await findLive(owner, tenantField(tenant), state, some)));
      }
      return found;
    },

    user: (tenant, user) => stateOf(ownerOf(tenant, user)),
  };
}

function readList(packed: Buffer, partition: number): readonly Listed[] {
  const listed: Listed[] = [];
  for (let at = 0; at + LISTED_BYTES <= packed.length; at += LISTED_BYTES) {
    const name = packed.subarray(at, at + NAME_BYTES);
    listed.push({
      name: name.toString("base64url"),
      id: publicSessionId(partition, name),
      createdAt: packed.readUInt32BE(at + BEGAN_AT),
    });
  }
  return listed;
}

/** A session that has ended can be the start of a page; a session of another user cannot. */
const ownedBy = (found: StoredSession | undefined, tenant: TenantId, user: UserId): Session | undefined =>
  found?.session.tenant === tenant && found.session.userId === user ? found.session : undefined;
