import { describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { createCookieDelivery } from "../../../src/http/cookie-delivery.js";
import type { PresentedCookies } from "../../../src/http/cookies.js";
import { aCookieClient } from "../../support/a-cookie-client.js";

const client = aCookieClient();
const delivery = (
  presented: Partial<PresentedCookies> = {},
  measured?: (kind: string, bytes: number) => void,
) =>
  createCookieDelivery({
    client,
    presented: { isRemembered: true, isRepeated: false, ...presented },
    nowSeconds: () => 1000,
    ...(measured === undefined ? {} : { measured }),
  });
const pair = { accessToken: "A", refreshToken: "R", accessExpiresAt: 1300, sessionExpiresAt: 1060 };

const ISSUES = { issuing: 1, ending: 0 };
const ENDS = { issuing: 0, ending: 1 };

describe("tokens in cookies", () => {
  it("last as long as the session, and of each cookie the last change counts", () => {
    const one = delivery();
    one.deliver(pair);
    one.clear();
    expect(one.setCookies()).toEqual([
      expect.stringContaining("-at=; Path=/; Max-Age=0;"),
      expect.stringContaining("-rt=; Path=/; Max-Age=0;"),
    ]);
    one.deliver({ ...pair, deviceToken: "D" });
    expect(one.setCookies()).toEqual([
      expect.stringContaining("-at=A; Path=/; Max-Age=60;"),
      expect.stringContaining("-rt=R; Path=/; Max-Age=60;"),
      expect.stringContaining("-dt=D; Path=/; Max-Age=34560000;"),
    ]);
  });

  it("are forgotten with the browser when the login, or the cookies before, say so", () => {
    const refreshed = delivery({ isRemembered: false });
    refreshed.deliver(pair);
    const login = delivery();
    login.deliver({ ...pair, remember: false });
    for (const each of [refreshed, login])
      expect(each.setCookies()[0]).toBe("__Host-web-at=A~; Path=/; HttpOnly; Secure; SameSite=Lax");
    const remembered = delivery({ isRemembered: false });
    remembered.deliver({ ...pair, remember: true });
    expect(remembered.setCookies()[0]).toContain("Max-Age=60");
  });

  it.each([
    ["an access token over 3800", { accessToken: "x".repeat(3801) }],
    ["a refresh token over 4096 with its name", { refreshToken: "x".repeat(4084) }],
  ])("are refused when too large, all of them: %s", (_name, change) => {
    const one = delivery();
    one.clear();
    const before = one.setCookies();
    expect(() => one.deliver({ ...pair, ...change })).toThrow(FaultError);
    expect(() => one.deliver({ ...pair, ...change })).toThrow(/tokens\.claims/);
    expect(one.setCookies()).toEqual(before);
  });

  it("fit up to the last byte, and are measured", () => {
    const sizes: [string, number][] = [];
    delivery({}, (kind, bytes) => sizes.push([kind, bytes])).deliver({
      ...pair,
      accessToken: "x".repeat(3800),
      refreshToken: "x".repeat(4096 - "__Host-web-rt".length),
    });
    expect(sizes).toEqual([
      ["at", 3813],
      ["rt", 4096],
    ]);
  });

  it("are issued once in a request", () => {
    const one = delivery();
    expect(one.claim(ISSUES)).toBe(true);
    expect(one.claim(ISSUES)).toBe(false);
    expect(delivery().claim({ issuing: 2, ending: 0 })).toBe(false);
  });

  it("has no field that ends a session beside one that issues tokens, in any order and over a whole batch", () => {
    expect(delivery().claim({ issuing: 1, ending: 1 })).toBe(false);
    const issued = delivery();
    expect([issued.claim(ISSUES), issued.claim(ENDS)]).toEqual([true, false]);
    const ended = delivery();
    expect([ended.claim(ENDS), ended.claim(ISSUES), ended.claim(ENDS)]).toEqual([true, false, true]);
  });

  it("are not read when a name came twice: nobody knows which is right", () => {
    const one = delivery({ rt: "R", dt: "D", isRepeated: true });
    expect(() => one.presentedRefreshToken()).toThrow("twice");
    expect(one.presentedDeviceToken?.()).toBeUndefined();
    expect(one.replacedRefreshToken?.()).toBeUndefined();
  });
});
