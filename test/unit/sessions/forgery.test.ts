import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

/** A service that counts every call of store and directory. */
async function signedIn() {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const calls: string[] = [];
  const counted = new Proxy(stores.sessions, {
    get(target, name: keyof SessionStore) {
      calls.push(name);
      return target[name];
    },
  });
  const limits = { ...DEFAULT_LIMITS, invalidRefreshPerAddress: 20, refreshPerAddress: 1000 };
  const bench = createSessionBench({ ...stores, sessions: counted }, clock, { limits });
  const { pair, session } = await bench.service.login(
    { username: "ada", password: PASSWORD },
    aRequestOrigin(),
  );
  const before = await stores.sessions.find(session.id);
  calls.length = 0;
  const refresh = (refreshToken: string, address?: string) =>
    bench.service.refresh({ refreshToken }, aRequestOrigin(address));
  const isUntouched = async () => expect(await stores.sessions.find(session.id)).toEqual(before);
  return { ...bench, clock, calls, token: pair.refreshToken ?? "", session, refresh, isUntouched };
}

/** The token of an attacker who knows everything about the session except the pepper and the secret. */
function forge(token: string, change: (bytes: Buffer) => void): string {
  const bytes = Buffer.from(token.slice(4), "base64url");
  change(bytes);
  return `crt_${bytes.toString("base64url")}`;
}

describe("a forged refresh token for a known session", () => {
  it("sent by the thousand is limited, and delays nobody at the same address who holds a token", async () => {
    const { refresh, token } = await signedIn();
    const forged = forge(token, (bytes) => bytes.fill(0, 71));
    const codes = new Set<string>();
    for (let guess = 0; guess < 1_000; guess += 1)
      await refresh(forged).catch((error: { code: string }) => codes.add(error.code));
    expect([...codes]).toEqual(["INVALID_GRANT", "RATE_LIMITED"]);
    await expect(refresh(token)).resolves.toMatchObject({ mode: "bearer" });
  });

  it.each([
    ["a guessed MAC", (bytes: Buffer) => void randomBytes(16).copy(bytes, 71)],
    [
      "a MAC under a guessed pepper",
      (bytes: Buffer) => {
        const key = createHmac("sha256", "q".repeat(32)).update("cardea/rt/mac/1").digest();
        createHmac("sha256", key).update(bytes.subarray(0, 71)).digest().copy(bytes, 71, 0, 16);
      },
    ],
    ["an older generation, to end the session", (bytes: Buffer) => void bytes.writeUInt32BE(0, 35)],
    ["a later generation, to be healed", (bytes: Buffer) => void bytes.writeUInt32BE(7, 35)],
    ["another user", (bytes: Buffer) => void randomBytes(16).copy(bytes, 3)],
    ["another session", (bytes: Buffer) => void randomBytes(16).copy(bytes, 19)],
    ["another secret", (bytes: Buffer) => void randomBytes(32).copy(bytes, 39)],
  ])("with %s changes nothing and calls no store", async (_, change) => {
    const { refresh, token, calls, isUntouched, events } = await signedIn();
    const second = await refresh(token);
    calls.length = 0;
    const forged = forge(second.pair.refreshToken ?? "", change);
    await expect(refresh(forged)).rejects.toMatchObject({ code: "INVALID_GRANT", details: {} });
    expect(calls).toEqual([]);
    expect(events.map(({ type }) => type)).not.toContain("session.reused");
    await expect(refresh(second.pair.refreshToken ?? "")).resolves.toMatchObject({ mode: "bearer" });
    await expect(isUntouched()).rejects.toThrow();
  });

  it("is answered like garbage, an empty token and an access token", async () => {
    const { refresh, token, service } = await signedIn();
    const faces = await Promise.all(
      [forge(token, (bytes) => bytes.fill(0, 71)), "garbage", "", "access-0"].map((text) =>
        refresh(text).catch(({ code, details, message }) => ({ code, details, message })),
      ),
    );
    const missing = await service
      .refresh({}, aRequestOrigin())
      .catch(({ code, details, message }) => ({ code, details, message }));
    expect(new Set([...faces, missing].map((face) => JSON.stringify(face))).size).toBe(1);
  });

  it("is not tried for long from one address, and nobody else is hindered", async () => {
    const { refresh, token } = await signedIn();
    const codes: string[] = [];
    for (let i = 0; i < 25; i += 1)
      await refresh(
        forge(token, (bytes) => void randomBytes(16).copy(bytes, 71)),
        "198.51.100.1",
      ).catch(({ code }) => codes.push(code));
    expect(codes.filter((code) => code === "INVALID_GRANT")).toHaveLength(20);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(5);
    await expect(refresh(token, "203.0.113.5")).resolves.toMatchObject({ mode: "bearer" });
  });
});

describe("one request that refreshes a hundred times", () => {
  it("is bounded by its address", async () => {
    const clock = createFakeClock();
    const limits = { ...DEFAULT_LIMITS, refreshPerAddress: 30 };
    const { service } = createSessionBench(createMemoryStores({ clock }), clock, { limits });
    const { pair } = await service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        service.refresh({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin()).then(
          () => "refreshed",
          ({ code }) => code,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "RATE_LIMITED")).toHaveLength(70);
    expect(outcomes.filter((outcome) => outcome === "refreshed")).toHaveLength(30);
  });
});
