import { describe, expect, it } from "vitest";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { decodePart } from "../../support/token-builders.js";

async function login(claimNames: readonly string[]) {
  const clock = createFakeClock();
  const { service } = createSessionBench(createMemoryStores({ clock }), clock, {
    users: [aUser("ada", { attributes: { plan: "gold", salary: 1, sub: "mallory" } })],
    issuer: createTokenIssuer({ issuer: "i", audience: "a", keyRing: createKeyRing([await generateKey()]) }),
    claimNames,
  });
  const { pair } = await service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
  return decodePart(pair.accessToken, 1);
}

describe("attributes of the user", () => {
  it("become claims where they are chosen, and only then", async () => {
    expect(await login(["plan"])).toMatchObject({ plan: "gold", sub: "ada" });
    expect(await login(["plan"])).not.toHaveProperty("salary");
    expect(await login([])).not.toHaveProperty("plan");
  });

  it("never shadow a registered claim", async () => {
    expect(await login(["sub", "plan"])).toMatchObject({ plan: "gold", sub: "ada" });
  });
});

describe("session metadata", () => {
  const begin = async (sessionMetadata: Readonly<Record<string, unknown>>) => {
    const clock = createFakeClock();
    const stores = createMemoryStores({ clock });
    const bench = createSessionBench(stores, clock, {
      users: [aUser("ada", { attributes: { plan: "gold" }, sessionMetadata })],
      issuer: createTokenIssuer({
        issuer: "i",
        audience: "a",
        keyRing: createKeyRing([await generateKey()]),
      }),
      claimNames: ["branch", "plan", "sub", "exp"],
    });
    const { service } = bench;
    return {
      service,
      granted: await service.login({ username: "ada", password: PASSWORD }, aRequestOrigin()),
    };
  };

  it("is kept from login on, and becomes claims where its keys are chosen", async () => {
    const { service, granted } = await begin({ branch: "north", desk: { floor: 2 } });
    expect(granted.session.metadata).toEqual({ branch: "north", desk: { floor: 2 } });
    const first = decodePart(granted.pair.accessToken, 1);
    expect(first).toMatchObject({ branch: "north", plan: "gold" });
    expect(first).not.toHaveProperty("desk");
    const renewed = await service.refresh(
      { refreshToken: granted.pair.refreshToken ?? "" },
      aRequestOrigin(),
    );
    expect(renewed.session.metadata).toEqual({ branch: "north", desk: { floor: 2 } });
    expect(decodePart(renewed.pair.accessToken, 1)).toMatchObject({ branch: "north" });
  });

  it("overwrites neither a registered claim nor an attribute of the directory", async () => {
    const { granted } = await begin({ sub: "mallory", exp: 9_999_999_999, plan: "free" });
    const claims = decodePart(granted.pair.accessToken, 1);
    expect(claims).toMatchObject({ sub: "ada", plan: "gold" });
    expect(claims["exp"]).toBeLessThan(9_999_999_999);
  });

  it("may be 2 KiB of JSON, counted in bytes, and not one more", async () => {
    const fitting = { note: "ü".repeat((2048 - '{"note":""}'.length - 1) / 2), x: undefined };
    const { granted } = await begin({ ...fitting, note: `${fitting.note}.` });
    expect(Buffer.byteLength(JSON.stringify(granted.session.metadata))).toBe(2048);
    await expect(begin({ note: `${fitting.note}..` })).rejects.toThrow(/2049 bytes.*at most 2048/);
  });

  it("is refused whole when it is no JSON, without telling what it is", async () => {
    const circle: Record<string, unknown> = { secret: "s3cret" };
    circle["self"] = circle;
    const refused = await begin(circle).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/not a JSON object/);
    expect(String(refused)).not.toContain("s3cret");
    await expect(begin({ big: 1n })).rejects.toThrow(/not a JSON object/);
  });
});
