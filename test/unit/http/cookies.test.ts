import { describe, expect, it } from "vitest";
import type { CookiePolicy } from "../../../src/domain/client-policy.js";
import {
  clearCookie,
  cookieName,
  cookieValue,
  otherVariant,
  parseCookies,
  readCookies,
  setCookie,
} from "../../../src/http/cookies.js";

const policy: CookiePolicy = { name: "web", sameSite: "lax", partitioned: false, plain: false };
const read = (header: string, of: CookiePolicy = policy) => readCookies(header, parseCookies(header), of);

describe("a cookie that is set", () => {
  it.each<[Partial<CookiePolicy>, string]>([
    [{}, "__Host-web-at=t; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"],
    [{ sameSite: "strict" }, "__Host-web-at=t; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Strict"],
    [
      { sameSite: "none", partitioned: true },
      "__Host-web-at=t; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None; Partitioned",
    ],
    [{ plain: true }, "web-at=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"],
  ])("has its attributes in one order: %j", (change, expected) => {
    expect(setCookie({ ...policy, ...change }, "at", "t", 60)).toBe(expected);
  });

  it("has no Max-Age when the browser should forget it, and never a Domain or Expires", () => {
    expect(setCookie(policy, "rt", cookieValue("t", false), undefined)).toBe(
      "__Host-web-rt=t~; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
  });

  it("is removed with the same attributes", () => {
    expect(clearCookie(policy, "rt")).toBe(
      "__Host-web-rt=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
    );
    expect(otherVariant(policy)?.partitioned).toBe(true);
    expect(otherVariant({ ...policy, plain: true })).toBeUndefined();
  });
});

describe("cookies that are read", () => {
  it("are those of one client, without decoding", () => {
    expect(read("a=1; __Host-web-at=%41; __Host-shop-at=other; __Host-web-dt=d")).toEqual({
      at: "%41",
      dt: "d",
      isRemembered: true,
      isRepeated: false,
    });
  });

  it("lose the mark of a login without remember", () => {
    expect(read("__Host-web-rt=r~; __Host-web-at=a~")).toMatchObject({
      at: "a",
      rt: "r",
      isRemembered: false,
    });
    expect(read("__Host-web-at=a~")).toMatchObject({ at: "a", isRemembered: false });
  });

  it.each([
    "__Host-web-at=1; __Host-web-at=2",
    "__Host-web-at=1; __Host-web-at=1",
    "x=1;__Host-web-rt=1;y=2; __Host-web-rt =2",
    "__Host-web-dt=1; __Host-web-dt=2",
    "__Host-web-at=1; __Host-web-at",
  ])("are reported when one is there twice: %s", (header) => {
    expect(read(header).isRepeated).toBe(true);
  });

  it.each([
    "__Host-web-at=1; x__Host-web-at=2",
    "__Host-web-at=1; x=__Host-web-at=2",
    "__Host-web-at=1; __Host-web-attr=2",
    "__Host-web-at=1; __host-web-at=2",
  ])("are not there twice only because their name is part of another text: %s", (header) => {
    expect(read(header)).toMatchObject({ at: "1", isRepeated: false });
  });

  it("count as absent when they are empty", () => {
    expect(read("__Host-web-at=; __Host-web-rt=r")).toEqual({
      rt: "r",
      isRemembered: true,
      isRepeated: false,
    });
  });

  it("have names that no prototype has", () => {
    expect(read("__proto__=1; constructor=2")).toEqual({ isRemembered: true, isRepeated: false });
    expect(cookieName({ ...policy, plain: true }, "at")).toBe("web-at");
  });
});
