import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT, tenantId } from "../../../src/domain/brand.js";
import { createLocalLimiter } from "../../../src/limits/local-limiter.js";
import {
  accountKey,
  DEFAULT_LIMITS,
  knownDeviceAttempts,
  loginAttempts,
  stepUpAttempts,
} from "../../../src/limits/policy.js";
import { createFakeClock } from "../../support/fake-clock.js";

describe("what a login counts against", () => {
  const keys = (account: string, address: string, device?: string) => {
    const { own, around } = loginAttempts(DEFAULT_LIMITS, DEFAULT_TENANT, account, address, device);
    return [own, ...around].map(({ key }) => key);
  };

  it("is the account, the address and the device label", () => {
    expect(keys("ada", "192.0.2.1", "phone").map((key) => key.slice(0, 3))).toEqual(["fa:", "fn:", "fl:"]);
  });

  it.each([undefined, ""])("is no device label where there is none: %j", (device) => {
    expect(keys("ada", "192.0.2.1", device).map((key) => key.slice(0, 3))).toEqual(["fa:", "fn:"]);
  });

  it("never shows a login name or an address in a key", () => {
    expect(keys("ada@example.org", "192.0.2.1", "phone").join(" ")).not.toMatch(/ada|192|phone/);
  });

  it("is the account whatever the address, and however its name is spelt", () => {
    expect(keys("ada", "192.0.2.1")[0]).toBe(keys("ada", "198.51.100.9")[0]);
    const spellings = ["ada", "ADA", " ada ", "\uff41da"].map((name) => keys(name, "192.0.2.1")[0]);
    expect(new Set(spellings).size).toBe(1);
  });

  it("is apart for equal names in two tenants", () => {
    expect(accountKey(tenantId("b"), "ada")).not.toBe(accountKey(DEFAULT_TENANT, "ada"));
  });

  it("keeps a device label and an address from running together", () => {
    expect(keys("ada", "a", "bc")[2]).not.toBe(keys("ada", "ab", "c")[2]);
  });

  it("is no session and no known device, whatever a user name spells", () => {
    const device = Buffer.alloc(16, 7);
    const known = knownDeviceAttempts(DEFAULT_LIMITS, { device, reference: Buffer.alloc(16, 8) });
    const others = [stepUpAttempts(DEFAULT_LIMITS, "s1"), known];
    const names = ["s1", "sub:ada", device.toString("base64url"), ...others.map(({ own }) => own.key)];
    for (const name of names)
      expect(others.map(({ own }) => own.key)).not.toContain(accountKey(DEFAULT_TENANT, name));
    expect(others.flatMap(({ around }) => around).map(({ key }) => key.slice(0, 3))).toEqual(["fk:"]);
  });
});

describe("the local limiter", () => {
  it("forgets the oldest window first when it is full, and stays bounded", () => {
    const limiter = createLocalLimiter(createFakeClock(), 2);
    const attempt = (key: string) => ({ key, points: 1, windowSeconds: 60 });
    limiter.take([attempt("a")]);
    limiter.take([attempt("b")]);
    limiter.take([attempt("c")]);
    expect(limiter.take([attempt("c")]).kind).toBe("limited");
    expect(limiter.take([attempt("a")]).kind).toBe("allowed");
  });

  it("checks without counting", () => {
    const limiter = createLocalLimiter(createFakeClock());
    const attempt = { key: "a", points: 1, windowSeconds: 60 };
    expect(limiter.check([attempt]).kind).toBe("allowed");
    expect(limiter.take([attempt]).kind).toBe("allowed");
    expect(limiter.check([attempt])).toEqual({ kind: "limited", retryAfterSeconds: 60, keys: ["a"] });
  });
});
