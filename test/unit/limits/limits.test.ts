import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT, tenantId } from "../../../src/domain/brand.js";
import { createLocalLimiter } from "../../../src/limits/local-limiter.js";
import { DEFAULT_LIMITS, loginAttempts } from "../../../src/limits/policy.js";
import { createFakeClock } from "../../support/fake-clock.js";

describe("what a login costs", () => {
  const keys = (account: string, address: string, device?: string) =>
    loginAttempts(DEFAULT_LIMITS, DEFAULT_TENANT, account, address, device).map(({ key }) => key);

  it("is a point of the account, of the device and of the address", () => {
    expect(keys("ada", "192.0.2.1").map((key) => key.slice(0, 3))).toEqual(["la:", "ld:", "li:"]);
  });

  it("never shows a login name or an address in a key", () => {
    expect(keys("ada@example.org", "192.0.2.1", "phone").join(" ")).not.toMatch(/ada|192|phone/);
  });

  it("is counted for the account whatever the address", () => {
    expect(keys("ada", "192.0.2.1")[0]).toBe(keys("ada", "198.51.100.9")[0]);
  });

  it("is counted for the account however its name is spelt", () => {
    const spellings = ["ada", "ADA", " ada ", "\uff41da"].map((name) => keys(name, "192.0.2.1")[0]);
    expect(new Set(spellings).size).toBe(1);
  });

  it("is counted apart for equal names in two tenants", () => {
    const elsewhere = loginAttempts(DEFAULT_LIMITS, tenantId("b"), "ada", "192.0.2.1", undefined);
    expect(elsewhere[0]?.key).not.toBe(keys("ada", "192.0.2.1")[0]);
  });

  it("keeps a device label and an address from running together", () => {
    expect(keys("ada", "a", "bc")[1]).not.toBe(keys("ada", "ab", "c")[1]);
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
    expect(limiter.check([attempt])).toEqual({ kind: "limited", retryAfterSeconds: 60 });
  });
});
