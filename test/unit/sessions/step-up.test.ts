import { describe, expect, it } from "vitest";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

async function signedIn() {
  const clock = createFakeClock();
  const bench = createSessionBench(createMemoryStores({ clock }), clock);
  const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
  const refresh = (refreshToken = "") => bench.service.refresh({ refreshToken }, aRequestOrigin());
  return { clock, ...bench, grant, refresh, principal: bench.issuer.principal(grant.pair.accessToken) };
}

describe("reauthenticate", () => {
  it("moves auth_time, keeps the session and replaces the refresh token", async () => {
    const { service, clock, principal, grant, issuer, refresh } = await signedIn();
    clock.advanceSeconds(200);
    const stepped = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    expect(stepped.session.id).toBe(grant.session.id);
    expect(issuer.principal(stepped.pair.accessToken).authTime).toBe((principal.authTime ?? 0) + 200);
    await expect(refresh(stepped.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: {},
    });
  });

  it("leaves a client whose answer was lost with what it had, and what it had with the old auth_time", async () => {
    const { service, clock, principal, grant, issuer, refresh } = await signedIn();
    clock.advanceSeconds(200);
    const lost = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    let { refreshToken } = grant.pair;
    for (let i = 0; i < 3; i += 1) {
      clock.advanceSeconds(250);
      const next = await refresh(refreshToken);
      expect(next.session.authTime).toBe(principal.authTime);
      const token = issuer.principal(next.pair.accessToken);
      expect(token.authTime).toBe(principal.authTime);
      // Its use says nothing about what was lost.
      service.seen(token);
      await service.flush();
      refreshToken = next.pair.refreshToken;
    }
    const later = issuer.principal((await refresh(refreshToken)).pair.accessToken);
    const again = await service.reauthenticate(later, PASSWORD, aRequestOrigin());
    await expect(refresh(again.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    await expect(refresh(lost.pair.refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("retires what was before as soon as an access token of it is used", async () => {
    const { service, clock, principal, grant, issuer, refresh } = await signedIn();
    const stepped = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    service.seen(issuer.principal(stepped.pair.accessToken));
    await service.flush();
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: {},
    });
    clock.advanceMs(30_001);
    await expect(refresh(grant.pair.refreshToken)).rejects.toMatchObject({
      details: { reason: "SESSION_REUSED" },
    });
  });

  it("works with an access token from before a refresh", async () => {
    const { service, principal, grant, refresh } = await signedIn();
    const second = await refresh(grant.pair.refreshToken);
    await refresh(second.pair.refreshToken);
    const stepped = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    await expect(refresh(stepped.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("may be repeated when its answer was lost", async () => {
    const { service, principal, refresh } = await signedIn();
    await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    const again = await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    await expect(refresh(again.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("refuses a wrong password and leaves the session as it was", async () => {
    const { service, principal, grant, refresh } = await signedIn();
    await expect(service.reauthenticate(principal, "wrong", aRequestOrigin())).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    await expect(refresh(grant.pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("is counted like a login", async () => {
    const { service, principal } = await signedIn();
    for (let i = 0; i < 10; i += 1)
      await service.reauthenticate(principal, "wrong", aRequestOrigin()).catch(() => undefined);
    await expect(service.reauthenticate(principal, PASSWORD, aRequestOrigin())).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
  });

  it("brings no revoked session back", async () => {
    const { service, principal } = await signedIn();
    await service.revoke(principal, undefined, aRequestOrigin());
    await expect(service.reauthenticate(principal, PASSWORD, aRequestOrigin())).rejects.toMatchObject({
      code: "INVALID_GRANT",
    });
  });

  it("is not for somebody an outside issuer vouches for, even if the name is that of a local user", async () => {
    const { service, principal } = await signedIn();
    const outside = { ...principal, issuer: "https://issuer.example" };
    await expect(service.reauthenticate(outside, PASSWORD, aRequestOrigin())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});
