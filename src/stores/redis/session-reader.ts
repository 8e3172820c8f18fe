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
import { readMoments, readSession } from "./codec.js";
import { type Keys, type Owner, ownerOf } from "./keys.js";
import { memberName, readReply } from "./reply.js";
import { SCRIPTS } from "./scripts.js";

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
  const readUser = async (owner: Owner) => {
    const reply = readReply(await run(owner.partition, SCRIPTS.user, [keys.user(owner)], [now()]));
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

  return {
    members: async (owner) => (await readUser(owner)).members,

    async find(id) {
      const address = sessionAddress(id);
      if (address === undefined) return undefined;
      const found = await findAt(id, address);
      if (found === undefined) return undefined;
      const { session, nowMs, notBefore, moments } = found;
      const { state } = await readUser(ownerOf(session.tenant, session.userId));
      return { session, live: judgeLife(session, state, nowMs, notBefore) === undefined, moments };
    },

    async list(tenant, user) {
      const owner = ownerOf(tenant, user);
      const { members, state } = await readUser(owner);
      const found = await Promise.all(
        members.map((name) => {
          const id = publicSessionId(owner.partition, Buffer.from(name, "base64url"));
          return findAt(id, { partition: owner.partition, name });
        }),
      );
      return found
        .flatMap((each) =>
          each !== undefined && judgeLife(each.session, state, each.nowMs, each.notBefore) === undefined
            ? [each.session]
            : [],
        )
        .sort((a, b) => a.createdAt - b.createdAt);
    },

    user: async (tenant, user) => (await readUser(ownerOf(tenant, user))).state,
  };
}
