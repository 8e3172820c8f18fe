import { describe, expect, it } from "vitest";
import { createDemoSessions } from "../../../../src/demo/page/sessions.js";
import { sessionId } from "../../../../src/domain/brand.js";
import type { RotateSession } from "../../../../src/domain/commands.js";
import type { SessionPolicy } from "../../../../src/domain/policy.js";
import type { Session } from "../../../../src/domain/session.js";
import type { RequestOrigin } from "../../../../src/sessions/delivery.js";
import type { Grant, SessionService } from "../../../../src/sessions/session-service.js";
import type { SessionStore } from "../../../../src/sessions/store.js";

const ONE = sessionId("one");
const OTHER = sessionId("other");

/** A store that knows every session, with its proof of identity at 1000, and remembers the policies it was given. */
function standIn(): { readonly store: SessionStore; readonly policies: SessionPolicy[] } {
  const policies: SessionPolicy[] = [];
  const session = (id: Session["id"]): Session => ({ id, authTime: 1000 }) as Session;
  const store = {
    rotate: async ({ id }: RotateSession, policy: SessionPolicy) => {
      policies.push(policy);
      return { kind: "rotated", session: session(id) };
    },
    elevate: async ({ id }: { readonly id: Session["id"] }) => ({ kind: "elevated", session: session(id) }),
    find: async (id: Session["id"]) => ({ session: session(id), live: true, moments: [] }),
    list: async () => [session(ONE), session(OTHER)],
    page: async () => [{ session: session(ONE), live: true, moments: [] }],
  };
  return { store: store as unknown as SessionStore, policies };
}

const POLICY = { graceSeconds: 30, lostAnswerSeconds: 600 } as SessionPolicy;
const rotate = (store: SessionStore, id: Session["id"]) =>
  store.rotate({ kind: "rotate", id } as RotateSession, POLICY);
const authTimeOf = (outcome: object): number | undefined =>
  "session" in outcome ? (outcome.session as Session).authTime : undefined;

describe("the demo's reach into sessions", () => {
  it("ages one session wherever it is read, and no other, until the next proof of identity", async () => {
    const demo = createDemoSessions();
    const { store: inner } = standIn();
    const store = demo.wrapStore(inner);
    demo.age(ONE, 400);
    const read = async () => [
      authTimeOf(await rotate(store, ONE)),
      (await store.find(ONE))?.session.authTime,
      ...(await store.list("t" as never, "u" as never)).map(({ authTime }) => authTime),
      ...((await store.page("t" as never, "u" as never, { first: 1 })) ?? []).map(
        (one) => one.session.authTime,
      ),
    ];
    expect(await read()).toEqual([400, 400, 400, 1000, 400]);
    expect(authTimeOf(await rotate(store, OTHER))).toBe(1000);
    await store.elevate({ kind: "elevate", id: ONE } as never, POLICY);
    expect(await read()).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it("makes no session younger", async () => {
    const demo = createDemoSessions();
    const store = demo.wrapStore(standIn().store);
    demo.age(ONE, 5000);
    expect(authTimeOf(await rotate(store, ONE))).toBe(1000);
  });

  it("judges one session without grace, only as long as it was asked to", async () => {
    const demo = createDemoSessions();
    const { store: inner, policies } = standIn();
    const store = demo.wrapStore(inner);
    await demo.withoutGrace(ONE, async () => {
      await rotate(store, ONE);
      await rotate(store, OTHER);
    });
    await expect(demo.withoutGrace(ONE, () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    await rotate(store, ONE);
    expect(policies.map(({ graceSeconds }) => graceSeconds)).toEqual([-1, 30, 30]);
    expect(policies.map(({ lostAnswerSeconds }) => lostAnswerSeconds)).toEqual([0, 600, 600]);
  });

  it("remembers the refresh token that a session used last, of the last 500 sessions", async () => {
    const demo = createDemoSessions();
    const service = demo.wrap({
      refresh: async (command: { readonly refreshToken?: string }) =>
        ({ session: { id: sessionId(String(command.refreshToken).split(":")[0] ?? "") } }) as Grant,
    } as unknown as SessionService);
    const refresh = (refreshToken: string) => service.refresh({ refreshToken }, {} as RequestOrigin);
    await refresh("one:first");
    await refresh("one:second");
    expect([demo.usedToken(ONE), demo.usedToken(OTHER)]).toEqual(["one:second", undefined]);
    for (let index = 0; index < 500; index += 1) await refresh(`s${index}:token`);
    expect(demo.usedToken(ONE)).toBeUndefined();
    expect(demo.usedToken(sessionId("s499"))).toBe("s499:token");
  });
});
