import { describe, expect, it } from "vitest";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const POLICY = {
  accessTtlSeconds: 300,
  idleSeconds: 7 * 86_400,
  absoluteSeconds: 30 * 86_400,
  graceSeconds: 30,
  lostAnswerSeconds: 86_400,
};

async function signedIn() {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const bench = createSessionBench(stores, clock, { policy: POLICY });
  const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
  const refresh = (refreshToken = "") => bench.service.refresh({ refreshToken }, aRequestOrigin());
  const use = (accessToken: string) => bench.service.seen(bench.issuer.principal(accessToken));
  return { clock, stores, ...bench, first: grant, refresh, use };
}

/** @see edge specification, section 2, races */
describe("a refresh whose answer was lost", () => {
  it("is repeated hours later with the same successor, with its own event in the log", async () => {
    const { first, refresh, clock, events } = await signedIn();
    const lost = await refresh(first.pair.refreshToken);
    clock.advanceSeconds(86_400);
    const again = await refresh(first.pair.refreshToken);
    expect(again.pair.refreshToken).toBe(lost.pair.refreshToken);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "session.late", sessionId: first.session.id }),
    );
  });

  it("ends the session beyond sessions.lostAnswerSeconds", async () => {
    const { first, refresh, clock } = await signedIn();
    await refresh(first.pair.refreshToken);
    clock.advanceMs(86_400_001);
    await expect(refresh(first.pair.refreshToken)).rejects.toMatchObject({
      details: { reason: "SESSION_REUSED" },
    });
  });

  it("is no excuse once an access token it brought was used", async () => {
    const { first, refresh, clock, service, use } = await signedIn();
    const second = await refresh(first.pair.refreshToken);
    use(second.pair.accessToken);
    await service.flush();
    clock.advanceMs(30_001);
    await expect(refresh(first.pair.refreshToken)).rejects.toMatchObject({
      details: { reason: "SESSION_REUSED" },
    });
  });

  it("is still one where an access token from before is used meanwhile", async () => {
    const { first, refresh, clock, service, use } = await signedIn();
    await refresh(first.pair.refreshToken);
    use(first.pair.accessToken);
    await service.flush();
    clock.advanceMs(30_001);
    await expect(refresh(first.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });
});

describe("a step-up whose answer was lost", () => {
  it("hides no theft on the chain its owner goes on with", async () => {
    const { first, refresh, clock, service, issuer, use } = await signedIn();
    await service.reauthenticate(issuer.principal(first.pair.accessToken), PASSWORD, aRequestOrigin());
    let { pair } = first;
    for (const _ of [1, 2, 3]) {
      const stolen = pair.refreshToken;
      ({ pair } = await refresh(stolen));
      // Nobody has used it yet: its answer may have been lost as well.
      clock.advanceMs(30_001);
      await expect(refresh(stolen)).resolves.toMatchObject({ pair: { refreshToken: pair.refreshToken } });
      use(pair.accessToken);
      await service.flush();
    }
    const stolen = pair.refreshToken;
    ({ pair } = await refresh(stolen));
    use(pair.accessToken);
    await service.flush();
    clock.advanceMs(30_001);
    const reused = { details: { reason: "SESSION_REUSED" } };
    await expect(refresh(stolen)).rejects.toMatchObject(reused);
    await expect(refresh(pair.refreshToken)).rejects.toMatchObject(reused);
  });
});

describe("the use of an access token", () => {
  it("is written once, off the path of the request, and again after the store was away", async () => {
    const { first, refresh, stores, service, use } = await signedIn();
    const { see } = stores.sessions;
    let [calls, isAway] = [0, true];
    stores.sessions.see = async (...given) => {
      calls += 1;
      if (isAway) throw new Error("away");
      return see(...given);
    };
    const changed = createSessionBench(stores, createFakeClock(), { policy: POLICY });
    const second = await refresh(first.pair.refreshToken);
    const principal = changed.issuer.principal;
    expect(principal).toBeDefined();
    use(second.pair.accessToken);
    use(second.pair.accessToken);
    expect(calls).toBe(0);
    await service.flush();
    expect(calls).toBe(1);
    isAway = false;
    await service.flush();
    await service.flush();
    use(second.pair.accessToken);
    await service.flush();
    expect(calls).toBe(2);
    expect((await stores.sessions.find(first.session.id))?.session.unseen).toBeUndefined();
  });

  it("of a session's first tokens, or of somebody an outside issuer vouches for, costs the store nothing", async () => {
    const { first, stores, service, issuer } = await signedIn();
    stores.sessions.see = async () => {
      throw new Error("asked");
    };
    let failed = false;
    process.once("unhandledRejection", () => {
      failed = true;
    });
    const principal = issuer.principal(first.pair.accessToken);
    service.seen(principal);
    service.seen({ ...principal, generation: 3, issuer: "https://issuer.example" });
    await service.flush();
    expect(failed).toBe(false);
  });
});
