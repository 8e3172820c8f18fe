// cspell:ignore Ihre Sitzungen
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../../src/config/schema.js";
import { ConfigError } from "../../../src/domain/errors.js";
import {
  type CookieGateway,
  type Jar,
  OWN,
  SESSION,
  startCookieGateway,
  WEB,
} from "../../support/cookie-gateway.js";
import { rawRequest } from "../../support/raw-http.js";

let gateway: CookieGateway;
beforeAll(async () => {
  gateway = await startCookieGateway({ page: { account: "on" } });
});
afterAll(() => gateway.stop());

const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };

const visit = async (
  jar: Jar,
  method = "GET",
  headers: Readonly<Record<string, string>> = NAVIGATION,
  body?: string,
) => {
  const cookie = [...jar.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const sent = { ...(cookie === "" ? {} : { cookie }), ...headers };
  const reply = await rawRequest(
    `${gateway.origin}/account/sessions`,
    method,
    Object.entries(sent).flat(),
    body,
  );
  return { ...reply, setCookies: [reply.headers["set-cookie"] ?? []].flat() };
};
const submit = (jar: Jar, fields: Readonly<Record<string, string>>, origin: string | undefined = OWN) =>
  visit(
    jar,
    "POST",
    { "content-type": "application/x-www-form-urlencoded", ...(origin === undefined ? {} : { origin }) },
    new URLSearchParams(fields).toString(),
  );
const signedIn = async (device?: string) => {
  const jar = gateway.jar();
  await jar.login(device === undefined ? {} : { device });
  return jar;
};
const formOf = (html: string): string => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? "";
const idOf = async (jar: Jar): Promise<string> =>
  String((await jar.send({ query: SESSION })).body.data?.["session"]?.["id"]);

describe("the page of sessions", () => {
  it("lists the sessions of its visitor, without script and without a token", async () => {
    const jar = await signedIn("<img onerror=alert(1)>");
    await signedIn("Other laptop");
    const page = await visit(jar);
    expect(page.status).toBe(200);
    expect(page.text).toContain("&lt;img onerror=alert(1)&gt; (This device)");
    expect(page.text).toContain("Other laptop");
    expect(page.text).not.toMatch(/<script|<img/);
    for (const value of jar.cookies.values()) expect(page.text).not.toContain(value);
    expect(page.headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("speaks German where that is preferred", async () => {
    const jar = await signedIn();
    const page = await visit(jar, "GET", { ...NAVIGATION, "accept-language": "fr, de-CH;q=0.9, en;q=0.8" });
    expect(page.text).toContain('<html lang="de">');
    expect(page.text).toContain("Ihre Sitzungen");
  });

  it("ends one session, leads back, and leaves the others", async () => {
    const jar = await signedIn();
    const other = await signedIn();
    const form = formOf((await visit(jar)).text);
    const reply = await submit(jar, { form, session: await idOf(other) });
    expect(reply).toMatchObject({ status: 303, headers: { location: "sessions" } });
    expect((await other.send({ query: SESSION })).status).toBe(401);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("ends all others", async () => {
    const [jar, first, second] = [await signedIn(), await signedIn(), await signedIn()];
    await submit(jar, { form: formOf((await visit(jar)).text), others: "true" });
    for (const each of [first, second]) expect((await each.send({ query: SESSION })).status).toBe(401);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("ends its own session and clears the cookies", async () => {
    const jar = await signedIn();
    const reply = await submit(jar, { form: formOf((await visit(jar)).text), session: await idOf(jar) });
    expect(reply.setCookies.filter((each) => each.includes("Max-Age=0"))).toHaveLength(2);
    expect((await visit(jar)).text).toContain("You are not signed in");
  });

  it.each<[string, (form: string) => Readonly<Record<string, string>>, string | undefined]>([
    ["without its token", () => ({}), OWN],
    ["with an empty token", () => ({ form: "" }), OWN],
    ["with a changed token", (form) => ({ form: `A${form.slice(1)}B` }), OWN],
    ["from the origin of the application", (form) => ({ form }), WEB],
    ["from another site", (form) => ({ form }), "https://evil.example"],
    ["from null", (form) => ({ form }), "null"],
  ])("refuses a form %s", async (_name, fields, origin) => {
    const jar = await signedIn();
    const form = formOf((await visit(jar)).text);
    const reply = await submit(jar, { ...fields(form), session: await idOf(jar) }, origin);
    expect(reply.status).toBe(403);
    expect(reply.setCookies).toEqual([]);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("refuses the form of another session, also of the same user", async () => {
    const jar = await signedIn();
    const form = formOf((await visit(await signedIn())).text);
    expect((await submit(jar, { form, others: "true" })).status).toBe(403);
  });

  it("is shown to a navigation alone: no frame, no fetch, no image", async () => {
    const jar = await signedIn();
    for (const headers of [
      {},
      { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
      { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
      { ...NAVIGATION, origin: "https://evil.example" },
    ])
      expect((await visit(jar, "GET", headers)).status).toBe(403);
  });

  it("refreshes an expired session, but never for a page that is fetched in advance", async () => {
    const jar = await signedIn();
    gateway.clock.advanceMs(301_000);
    const early = await visit(jar, "GET", { ...NAVIGATION, "sec-purpose": "prefetch" });
    expect(early.setCookies).toEqual([]);
    expect(early.text).toContain("not signed in");
    const page = await visit(jar);
    expect(page.text).toContain("This device");
    expect(page.setCookies).toHaveLength(2);
  });

  it("is not there unless it is switched on, nor where nobody could open it", async () => {
    const other = await startCookieGateway();
    try {
      expect((await fetch(`${other.origin}/account/sessions`)).status).toBe(404);
    } finally {
      await other.stop();
    }
    const settings: ConfigInput = {
      page: { account: "on" },
      server: { publicUrls: ["https://elsewhere.test"] },
    };
    await expect(startCookieGateway(settings)).rejects.toThrow(ConfigError);
  });
});
