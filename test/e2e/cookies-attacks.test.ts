import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { askFrom, type Sites, startSites } from "../support/browser-sites.js";

const LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { expiresIn } } }";
const SESSION = "{ session { id } }";
/** What every attack tries: it would end the session of whoever sends it. */
const MUTATION = "mutation { revokeAllSessions { status } }";
const INPUT = { input: { username: "ada", password: ADAS_PASSWORD } };

let sites: Sites;
let gateway: AuthGateway;
let context: BrowserContext;
let victim: Page;
let session: unknown;
let url: string;

beforeAll(async () => {
  sites = await startSites();
  gateway = await startAuthGateway({
    server: {
      port: 0,
      publicUrls: [sites.origin("api.example.test")],
      corsOrigins: [sites.origin("evil.test")],
    },
    clients: { web: { delivery: "cookie", origins: [sites.origin("app.example.test")] } },
  });
  sites.serve(gateway.gateway.url);
  url = `${sites.origin("api.example.test")}/graphql`;
});
afterAll(async () => {
  await sites?.close();
  await gateway?.stop();
});

/** The cookies of the gateway in this browser. */
const cookies = async () => (await context.cookies(url)).map(({ name, value }) => `${name}=${value}`).sort();

/** A form of a page that posts itself. */
const form = (action: string, enctype: string, name: string, value = ""): string => {
  const quoted = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><form action="${action}" method="post" enctype="${enctype}"><input name="${quoted(name)}" value="${quoted(value)}"></form><script>document.forms[0].submit()</script>`;
};

interface Attack {
  readonly what: string;
  /** Runs it from a page of the attacking host. */
  readonly run: (page: Page, host: string) => Promise<unknown>;
}

const goTo = async (page: Page, host: string, path: string, html: string): Promise<void> => {
  sites.page(host, path, html);
  await page.goto(`${sites.origin(host)}${path}`);
  await page.waitForLoadState("networkidle");
};

const fetchFrom = (page: Page, init: Readonly<Record<string, unknown>>, address = url) =>
  page.evaluate(
    async ([to, options]) =>
      fetch(to, options)
        .then((response) => response.text())
        .catch(() => "blocked"),
    [address, init] as const,
  );

const BODY = JSON.stringify({ query: MUTATION });

const ATTACKS: readonly Attack[] = [
  {
    what: "a form",
    run: (page, host) =>
      goTo(page, host, "/a", form(url, "application/x-www-form-urlencoded", "query", MUTATION)),
  },
  {
    what: "a form of type text/plain that spells JSON",
    run: (page, host) =>
      goTo(page, host, "/b", form(url, "text/plain", `{"query":"${MUTATION}","x":"`, '"}')),
  },
  {
    what: "a form of parts",
    run: (page, host) => goTo(page, host, "/c", form(url, "multipart/form-data", "operations", BODY)),
  },
  {
    what: "a form of a sandboxed frame, whose Origin is null",
    run: (page, host) => {
      const inner = form(url, "text/plain", `{"query":"${MUTATION}","x":"`, '"}').replaceAll('"', "&quot;");
      return goTo(
        page,
        host,
        "/d",
        `<!doctype html><iframe sandbox="allow-scripts allow-forms" srcdoc="${inner}"></iframe>`,
      );
    },
  },
  {
    what: "a script of a sandboxed frame",
    run: (page, host) => {
      const script = `fetch(${JSON.stringify(url)}, { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: ${JSON.stringify(BODY)} })`;
      const inner = `<script>${script}</script>`.replaceAll('"', "&quot;");
      return goTo(
        page,
        host,
        "/e",
        `<!doctype html><iframe sandbox="allow-scripts" srcdoc="${inner}"></iframe>`,
      );
    },
  },
  {
    what: "a beacon",
    run: async (page) => {
      await page.evaluate(`navigator.sendBeacon(${JSON.stringify(url)}, ${JSON.stringify(BODY)})`);
      await page.evaluate(
        `navigator.sendBeacon(${JSON.stringify(url)}, new Blob([${JSON.stringify(BODY)}], { type: "application/json" }))`,
      );
      await page.waitForLoadState("networkidle");
    },
  },
  {
    what: "fetch with mode no-cors",
    run: (page) => fetchFrom(page, { method: "POST", mode: "no-cors", credentials: "include", body: BODY }),
  },
  {
    what: "fetch with credentials, as an application would",
    run: (page) =>
      fetchFrom(page, {
        method: "POST",
        credentials: "include",
        headers: { "content-type": "application/json" },
        body: BODY,
      }),
  },
  {
    what: "a mutation by GET: as an image, and as the page itself",
    run: async (page, host) => {
      const get = `${url}?query=${encodeURIComponent(MUTATION)}`;
      await goTo(page, host, "/f", `<!doctype html><img src="${get.replaceAll("&", "&amp;")}">`);
      await page.goto(get);
    },
  },
  {
    what: "a redirect of its own site to the gateway",
    run: async (page, host) => {
      sites.redirect(host, "/g", url);
      const from = `${sites.origin(host)}/g`;
      await fetchFrom(
        page,
        {
          method: "POST",
          credentials: "include",
          headers: { "content-type": "application/json" },
          body: BODY,
        },
        from,
      );
      await goTo(page, host, "/h", form(from, "text/plain", `{"query":"${MUTATION}","x":"`, '"}'));
    },
  },
];

describe("no other site acts with the cookies", () => {
  /** Hosts whose requests reached the gateway together with cookies. */
  const cameWithCookies = new Set<string | undefined>();

  beforeAll(async () => {
    sites.onTheWay = async ({ headers }) => {
      if (headers.cookie !== undefined) cameWithCookies.add(headers.origin);
      return "pass";
    };
    context = await sites.context();
    victim = await sites.open(context, "app.example.test");
    await askFrom(victim, url, LOGIN, INPUT);
    session = (await askFrom(victim, url, SESSION)).body.data?.["session"];
    expect(session).toHaveProperty("id");
    return () => context.close();
  });

  afterEach(async () => {
    expect((await askFrom(victim, url, SESSION)).body.data?.["session"]).toEqual(session);
  });

  describe.each([
    ["another site", "evil.test"],
    ["a sibling host, to which the browser sends them", "sub.example.test"],
  ])("%s", (_, host) => {
    it.each(ATTACKS)("with $what", async ({ run }) => {
      const before = await cookies();
      const page = await sites.open(context, host);
      await run(page, host);
      expect(await cookies()).toEqual(before);
      await page.close();
    });

    it("reads nothing, also by GET", async () => {
      const page = await sites.open(context, host);
      const get = `${url}?query=${encodeURIComponent(SESSION)}`;
      const init = { credentials: "include", headers: { "apollo-require-preflight": "1" } };
      for (const text of [
        await fetchFrom(page, init, get),
        (await page.goto(get).then((r) => r?.text())) ?? "",
      ])
        expect(text).not.toContain((session as { readonly id: string }).id);
    });
  });

  it("although the browser sends them along from a sibling host, and not from another site", () => {
    expect([...cameWithCookies]).toContain(sites.origin("sub.example.test"));
    expect([...cameWithCookies]).not.toContain(sites.origin("evil.test"));
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: "origin.refused" }));
  });

  it("while the application itself does", async () => {
    const own = await sites.open(context, "app.example.test");
    expect((await askFrom(own, url, MUTATION)).body.data?.["revokeAllSessions"]).toEqual({ status: "DONE" });
    expect((await askFrom(own, url, SESSION)).status).toBe(401);
    await askFrom(own, url, LOGIN, INPUT);
    session = (await askFrom(own, url, SESSION)).body.data?.["session"];
  });
});

describe("no other site signs a browser in", () => {
  beforeEach(async () => {
    context = await sites.context();
    return () => context.close();
  });

  it.each(["evil.test", "sub.example.test"])("%s, by a login of its own", async (host) => {
    const page = await sites.open(context, host);
    const body = JSON.stringify({ query: LOGIN, variables: INPUT });
    const json = {
      method: "POST",
      credentials: "include",
      headers: { "content-type": "application/json" },
      body,
    };
    await fetchFrom(page, json);
    await fetchFrom(page, { method: "POST", mode: "no-cors", credentials: "include", body });
    await goTo(page, host, "/l", form(url, "text/plain", body.slice(0, -1), ',"x":""}'));
    expect(await cookies()).toEqual([]);
  });

  it("a sibling host, by cookies for the whole site: the browser keeps none that the gateway reads", async () => {
    const app = await sites.open(context, "app.example.test");
    const thief = await sites.context();
    const theirs = await sites.open(thief, "app.example.test");
    await askFrom(theirs, url, LOGIN, INPUT);
    const stolen = await thief.cookies(url);
    await thief.close();

    const sibling = await sites.open(context, "sub.example.test");
    for (const { name, value } of stolen)
      for (const toss of [
        `${name}=${value}`,
        `${name.replace("__Host-", "")}=${value}`,
        `__HOST-${name.slice(7)}=${value}`,
      ])
        await sibling.evaluate(
          `document.cookie = ${JSON.stringify(`${toss}; domain=example.test; path=/; secure`)}; document.cookie = ${JSON.stringify(`${toss}; domain=example.test; path=/graphql; secure`)}`,
        );
    const { status, body } = await askFrom(app, url, SESSION);
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: "UNAUTHENTICATED" });
    // And who signs in is signed in as themselves, whatever was tossed.
    await askFrom(app, url, LOGIN, INPUT);
    expect((await askFrom(app, url, SESSION)).body.data?.["session"]).toHaveProperty("id");
  });

  it("a login replaces the session of the browser, and ends it", async () => {
    const app = await sites.open(context, "app.example.test");
    await askFrom(app, url, LOGIN, INPUT);
    const first = (await askFrom(app, url, SESSION)).body.data?.["session"]?.["id"];
    await askFrom(app, url, LOGIN, INPUT);
    const second = (await askFrom(app, url, SESSION)).body.data?.["session"]?.["id"];
    expect(second).not.toBe(first);
    const { text } = await askFrom(app, url, "{ sessions { id } }");
    expect(text).toContain(second);
    expect(text).not.toContain(first);
  });
});
