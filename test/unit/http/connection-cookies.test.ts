import { describe, expect, it } from "vitest";
import { clientId } from "../../../src/domain/brand.js";
import type { CookieClient } from "../../../src/domain/client-policy.js";
import { ConnectionCookies } from "../../../src/http/connection-cookies.js";

const client = (name: string): CookieClient =>
  ({
    id: clientId(name),
    cookie: { name, sameSite: "lax", partitioned: false, plain: false },
  }) as unknown as CookieClient; // only these are read here
const web = client("web");
const shop = client("shop");
const create = () => new ConnectionCookies(new Set(["__Host-web-at", "__Host-web-rt", "__Host-shop-at"]));

describe("the last Cookie header of a connection", () => {
  it("is parsed once while it repeats, and again when one character differs", () => {
    const cookies = create();
    const connection = {};
    const first = cookies.read("__Host-web-at=a; __Host-web-rt=r", connection);
    expect(cookies.read("__Host-web-at=a; __Host-web-rt=r", connection)).toBe(first);
    const second = cookies.read("__Host-web-at=b; __Host-web-rt=r", connection);
    expect(second.of(web)).toMatchObject({ at: "b", rt: "r" });
    expect(cookies.read("__Host-web-at=a; __Host-web-rt=r", connection).of(web).at).toBe("a");
  });

  it("keeps connections and clients apart", () => {
    const cookies = create();
    const header = "__Host-web-at=w; __Host-shop-at=s";
    const read = cookies.read(header, {});
    expect(cookies.read("__Host-web-at=x", {}).of(web).at).toBe("x");
    expect([read.of(web).at, read.of(shop).at, read.of(web).at]).toEqual(["w", "s", "w"]);
  });

  it("tells whether a cookie of any cookie client is there", () => {
    const cookies = create();
    expect(cookies.read("__Host-shop-at=s", {}).carriesOurs).toBe(true);
    expect(cookies.read("theme=dark; web-at=x", {}).carriesOurs).toBe(false);
    expect(cookies.read("__proto__=x; constructor=y", {}).carriesOurs).toBe(false);
  });

  it("sees a name that is there twice", () => {
    expect(create().read("__Host-web-at=a; __Host-web-at=b", {}).of(web).isRepeated).toBe(true);
  });
});
