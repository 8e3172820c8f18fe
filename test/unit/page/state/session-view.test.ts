import { describe, expect, it } from "vitest";
import { memoryStorage } from "../../../../src/client/storage.js";
import { callerOf, watchTokens, whenCallerEnds } from "../../../../src/page/state/session-view.js";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const aToken = (claims: Readonly<Record<string, unknown>>): string => `${part({})}.${part(claims)}.c2ln`;

describe("the session that the page shows", () => {
  it("follows the tokens and holds none of them", () => {
    const { storage, view } = watchTokens(memoryStorage());
    const accessToken = aToken({ sub: "u1", scope: "a b", auth_time: 7, sid: "s1" });
    storage.set({ accessToken, refreshToken: "refresh-me", expiresAtSeconds: 90 });
    expect(view.get()).toMatchObject({
      kind: "signedIn",
      expiresAtSeconds: 90,
      claims: { subject: "u1", sessionId: "s1", scopes: ["a", "b"], authTimeSeconds: 7 },
    });
    expect(JSON.stringify(view.get())).not.toContain(accessToken);
    expect(JSON.stringify(view.get())).not.toContain("refresh-me");
    storage.set(undefined);
    expect(view.get()).toEqual({ kind: "signedOut", reason: undefined });
  });

  it("keeps the reason for which the session ended", () => {
    const { storage, view, signedOut } = watchTokens(memoryStorage());
    storage.set({ accessToken: aToken({}), expiresAtSeconds: 1 });
    storage.set(undefined);
    signedOut("SESSION_REUSED");
    expect(view.get()).toEqual({ kind: "signedOut", reason: "SESSION_REUSED" });
  });

  it("tells when its user ends, and neither a sign-in nor a refresh", () => {
    const { storage, view, signedOut } = watchTokens(memoryStorage());
    let ended = 0;
    const stop = whenCallerEnds(view, () => {
      ended += 1;
    });
    const told = [
      () => storage.set({ accessToken: aToken({ sub: "u1", sid: "s1", jti: "1" }), expiresAtSeconds: 1 }),
      () => storage.set({ accessToken: aToken({ sub: "u1", sid: "s1", jti: "2" }), expiresAtSeconds: 2 }),
      () => storage.set({ accessToken: aToken({ sub: "u2", sid: "s2" }), expiresAtSeconds: 3 }),
      () => storage.set(undefined),
      () => signedOut("SESSION_REVOKED"),
      () => storage.set({ accessToken: aToken({ sub: "u1", sid: "s3" }), expiresAtSeconds: 4 }),
    ].map((change) => {
      change();
      return ended;
    });
    expect(told).toEqual([0, 0, 1, 2, 2, 2]);
    stop();
    storage.set(undefined);
    expect(ended).toBe(2);
  });

  it("is the same caller after a refresh, and another one in another session", () => {
    const { storage, view } = watchTokens(memoryStorage());
    const callers = [
      aToken({ sub: "u1", sid: "s1", jti: "1" }),
      aToken({ sub: "u1", sid: "s1", jti: "2" }),
      aToken({ sub: "u1", sid: "s2" }),
      aToken({ sub: "u2", sid: "s1" }),
    ].map((accessToken) => {
      storage.set({ accessToken, expiresAtSeconds: 1 });
      return callerOf(view.get());
    });
    expect(callers[1]).toBe(callers[0]);
    expect(new Set(callers).size).toBe(3);
    storage.set(undefined);
    expect(callerOf(view.get())).toBeUndefined();
  });

  it("tells a new access token, and not one that was stored again", () => {
    const { storage, view } = watchTokens(memoryStorage());
    let changes = 0;
    view.subscribe(() => {
      changes += 1;
    });
    storage.set({ accessToken: aToken({ n: 1 }), expiresAtSeconds: 1 });
    storage.set({ accessToken: aToken({ n: 1 }), expiresAtSeconds: 1, session: "x" });
    storage.set({ accessToken: aToken({ n: 2 }), expiresAtSeconds: 2 });
    expect(changes).toBe(2);
  });

  it.each(["", "opaque", "a.b.c", `x.${part([1])}.y`, `x.${part("text")}.y`])(
    "shows no claims of %j, which is no JWT",
    (accessToken) => {
      const { storage, view } = watchTokens(memoryStorage());
      storage.set({ accessToken, expiresAtSeconds: 1 });
      expect(view.get()).toMatchObject({ kind: "signedIn", claims: undefined });
    },
  );
});
