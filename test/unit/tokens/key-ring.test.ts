import { describe, expect, it } from "vitest";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { jwksDocument } from "../../../src/tokens/jwks.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { ROTATION_LEAD_SECONDS, retireKey, rotateKeys } from "../../../src/tokens/key-rotation.js";
import { NOW } from "../../support/token-builders.js";

const states = (ring: ReturnType<typeof createKeyRing>, now: number): string[] =>
  ring.describe(now).map((key) => key.state);

describe("the key ring", () => {
  it("takes a key from next to active, and the one before it from retiring to gone", async () => {
    const old = await generateKey();
    const rotated = rotateKeys([old], await generateKey(), NOW);
    const ring = createKeyRing(rotated, { retentionSeconds: 1000 });
    const takeover = NOW + ROTATION_LEAD_SECONDS;
    expect(states(ring, NOW)).toEqual(["active", "next"]);
    expect(states(ring, takeover - 1)).toEqual(["active", "next"]);
    expect(states(ring, takeover)).toEqual(["retiring", "active"]);
    expect(states(ring, takeover + 999)).toEqual(["retiring", "active"]);
    expect(states(ring, takeover + 1000)).toEqual(["gone", "active"]);
  });

  it("publishes a key before it signs, and no longer once it is gone", async () => {
    const old = await generateKey();
    const fresh = await generateKey();
    const ring = createKeyRing(rotateKeys([old], fresh, NOW), { retentionSeconds: 1000 });
    const kids = (now: number) => jwksDocument(ring, now).keys.map((key) => key["kid"]);
    expect(kids(NOW)).toEqual([old.kid, fresh.kid]);
    expect(ring.signing(NOW).kid).toBe(old.kid);
    expect(ring.signing(NOW + ROTATION_LEAD_SECONDS).kid).toBe(fresh.kid);
    expect(kids(NOW + ROTATION_LEAD_SECONDS + 1000)).toEqual([fresh.kid]);
  });

  it("publishes no private member", async () => {
    const ring = createKeyRing([await generateKey(), await generateKey("EdDSA"), await generateKey("RS256")]);
    for (const key of jwksDocument(ring, NOW).keys) {
      for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k", "oth"])
        expect(key).not.toHaveProperty(secret);
      expect(key).toMatchObject({ use: "sig", kid: expect.any(String), alg: expect.any(String) });
    }
  });

  it("lets the first listed sign among keys that started together, and believes the others", async () => {
    const [first, second] = [await generateKey(), await generateKey()];
    const ring = createKeyRing([first, second]);
    expect(ring.signing(NOW).kid).toBe(first.kid);
    expect(ring.verifying(second.kid, NOW)?.kid).toBe(second.kid);
  });

  it("believes nothing of a key retired in an emergency, and falls back to the one before", async () => {
    const [old, leaked] = [await generateKey(), await generateKey("ES256", NOW - 10)];
    const ring = createKeyRing(retireKey([old, leaked], leaked.kid, NOW));
    expect(ring.verifying(leaked.kid, NOW)).toBeUndefined();
    expect(ring.signing(NOW).kid).toBe(old.kid);
  });

  it("will not retire the only key that can sign", async () => {
    const only = await generateKey();
    const next = await generateKey("ES256", NOW + 600);
    expect(() => retireKey([only, next], only.kid, NOW)).toThrow(TypeError);
  });

  it("refuses two keys with one id, and keeps what it had", async () => {
    const key = await generateKey();
    const twin = { ...(await generateKey()), kid: key.kid };
    expect(() => createKeyRing([key, twin])).toThrow(/one key per `kid`/);
    const ring = createKeyRing([key]);
    expect(() => ring.replace([key, twin])).toThrow();
    expect(ring.signing(NOW).kid).toBe(key.kid);
  });

  it("throws SERVICE_UNAVAILABLE when no key is active", () => {
    expect(() => createKeyRing([]).signing(NOW)).toThrow(
      expect.objectContaining({ code: "SERVICE_UNAVAILABLE" }),
    );
  });
});
