import type { CreateSession, ElevateSession, RotateSession } from "../domain/commands.js";
import { DEFAULT_SESSION_POLICY, type SessionPolicy } from "../domain/policy.js";
import type { Revocation } from "../domain/revocation.js";
import type { SessionStore } from "../sessions/store.js";
import { expectEqual, type TimedSubject } from "./contract.js";
import { type Chain, createChain, createCommand, elevateCommand, rotateCommand } from "./session-script.js";

/** A session store under test. All cases share it; each uses its own users. */
export interface SessionStoreSubject extends TimedSubject {
  readonly store: SessionStore;
  /** Every revocation published so far, oldest first. */
  published(): readonly Revocation[];
}

export const POLICY: SessionPolicy = DEFAULT_SESSION_POLICY;

/** One session and its user, with short methods for the commands. */
export interface Life {
  readonly chain: Chain;
  readonly owner: Pick<Chain, "tenant" | "userId">;
  create(overrides?: Partial<CreateSession>): ReturnType<SessionStore["create"]>;
  /** The refresh that `rotate` sends. */
  command(generation: number): RotateSession;
  rotate(
    generation: number,
    overrides?: Partial<RotateSession>,
    branch?: number,
  ): ReturnType<SessionStore["rotate"]>;
  elevate(
    generation: number,
    branch: number,
    overrides?: Partial<ElevateSession>,
  ): ReturnType<SessionStore["elevate"]>;
  /** An access token of `generation` was used; a token of a retired chain has both numbers. */
  see(generation: number, retiredGeneration?: number): ReturnType<SessionStore["see"]>;
  revoke(verifiedUntil?: number): ReturnType<SessionStore["revoke"]>;
  /** The revocations published for this session or its user. */
  published(): readonly Revocation[];
  expectRotate(generation: number, kind: string, branch?: number): Promise<void>;
}

/** A new session. It is created in the store unless `created` is false. */
export async function aLife(
  subject: SessionStoreSubject,
  chain = createChain(),
  created = true,
): Promise<Life> {
  const { store } = subject;
  const now = () => Math.floor(subject.nowMs() / 1000);
  const owner = { tenant: chain.tenant, userId: chain.userId };
  const life: Life = {
    chain,
    owner,
    create: (overrides) => store.create(createCommand(chain, now(), overrides), POLICY),
    command: (generation) => rotateCommand(chain, generation, now()),
    rotate: (generation, overrides, branch) =>
      store.rotate(rotateCommand(chain, generation, now(), overrides, branch), POLICY),
    elevate: (generation, branch, overrides) =>
      store.elevate(elevateCommand(chain, generation, branch, now(), overrides), POLICY),
    see: (generation, retiredGeneration) =>
      store.see(
        {
          kind: "see",
          id: chain.id,
          ...owner,
          generation,
          ...(retiredGeneration === undefined ? {} : { retiredGeneration }),
        },
        POLICY,
      ),
    revoke: (verifiedUntil) =>
      store.revoke(
        { kind: "revoke", id: chain.id, ...owner, ...(verifiedUntil === undefined ? {} : { verifiedUntil }) },
        POLICY,
      ),
    published: () =>
      subject
        .published()
        .filter(
          (entry) =>
            (entry.kind === "session" && entry.sessionId === chain.id) ||
            (entry.kind === "user" && entry.subject === chain.userId),
        ),
    expectRotate: async (generation, kind, branch) =>
      expectEqual(
        (await life.rotate(generation, {}, branch)).kind,
        kind,
        `refresh with generation ${generation}`,
      ),
  };
  if (created) expectEqual((await life.create()).kind, "created", "create");
  return life;
}

/** A further session of the same user. */
export const anotherLife = (subject: SessionStoreSubject, life: Life): Promise<Life> =>
  aLife(subject, createChain(life.owner.userId, life.owner.tenant));
