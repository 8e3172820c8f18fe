import type { SessionId } from "../../domain/brand.js";
import { judgeLife } from "../../domain/life.js";
import {
  publicSessionId,
  type SessionAddress,
  sessionAddress,
  type UserState,
} from "../../domain/session.js";
import type { Milliseconds } from "../../domain/time.js";
import type { SessionStore } from "../../sessions/store.js";
import type { Run } from "./client.js";
import { readMoments, readSession, tenantField } from "./codec.js";
import { type Keys, type Owner, ownerOf } from "./keys.js";
import { memberName, readReply } from "./reply.js";
import { SCRIPTS } from "./scripts.js";

/** Sessions read by one script: few enough that it holds nobody up. */
const AT_ONCE = 100;

const pagesOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );

export interface SessionReaderOptions {
  readonly run: Run;
  readonly keys: Keys;
  /** Unix milliseconds, or 0 for the server's own time. */
  readonly now: () => Milliseconds;
}

/** The verbs that only look, and the names of a user's sessions. */
export interface SessionReader extends Pick<SessionStore, "find" | "list" | "user"> {
  members(owner: Owner): Promise<readonly string[]>;
}

export function createSessionReader({ run, keys, now }: SessionReaderOptions): SessionReader {
  const readUser = async (owner: Owner, withMembers = true) => {
    const args = [now(), withMembers ? 1 : 0];
    const reply = readReply(await run(owner.partition, SCRIPTS.user, [keys.user(owner)], args));
    const members = reply.list(2).map(memberName);
    if (reply.kind === "unknown") return { members, state: undefined };
    const state: UserState = {
      epoch: reply.number(3),
      accessExpiresBy: reply.number(4),
      locked: reply.number(6) === 1,
      retainUntil: reply.number(7),
      ...(reply.number(5) === 0 ? {} : { notBefore: reply.number(5) }),
    };
    return { members, state };
  };

  /** Without the names of the user's sessions: those cost what there are many of. */
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

  const findMany = async (owner: Owner, tenant: string, names: readonly string[]) => {
    const { partition } = owner;
    const addresses = names.map((name) => ({ partition, name }));
    const scriptKeys = addresses.flatMap((address) => [keys.session(address), keys.side(address)]);
    const reply = readReply(
      await run(partition, SCRIPTS.findMany, [keys.notBefore(partition), ...scriptKeys], [now(), tenant]),
    );
    const [nowMs, notBefore] = [reply.number(3), reply.number(4)];
    return reply.list(2).flatMap((each, index) => {
      const found = readReply(each);
      if (found.kind === "unknown") return [];
      const id = publicSessionId(partition, Buffer.from(names[index] ?? "", "base64url"));
      return [{ session: readSession(id, found.bytes(2), found.bytes(3)), nowMs, notBefore }];
    });
  };

  return {
    members: async (owner) => (await readUser(owner)).members,

    async find(id) {
      const address = sessionAddress(id);
      if (address === undefined) return undefined;
      const found = await findAt(id, address);
      if (found === undefined) return undefined;
      const { session, nowMs, notBefore, moments } = found;
      const state = await stateOf(ownerOf(session.tenant, session.userId));
      return { session, live: judgeLife(session, state, nowMs, notBefore) === undefined, moments };
    },

    async list(tenant, user) {
      const owner = ownerOf(tenant, user);
      const { members, state } = await readUser(owner);
      const found = await Promise.all(
        pagesOf(members, AT_ONCE).map((names) => findMany(owner, tenantField(tenant), names)),
      );
      return found
        .flat()
        .filter(({ session, nowMs, notBefore }) => judgeLife(session, state, nowMs, notBefore) === undefined)
        .map(({ session }) => session)
        .sort((a, b) => a.createdAt - b.createdAt);
    },

    user: (tenant, user) => stateOf(ownerOf(tenant, user)),
  };
}
