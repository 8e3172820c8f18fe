import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../src/config/environment.js";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { ConfigError, type Problem } from "../../../src/domain/errors.js";

type Client = NonNullable<ConfigInput["clients"]>[string];

function problems(input: ConfigInput, nodeEnv?: string): readonly Problem[] {
  try {
    checkConfig(
      { supergraph: "g.graphql", ...input },
      { folder: "/", environment: nodeEnv === undefined ? {} : { NODE_ENV: nodeEnv } },
    );
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

const places = (input: ConfigInput, nodeEnv?: string): readonly string[] =>
  problems(input, nodeEnv).map(({ where }) => where);

const ofClient = (client: Client, nodeEnv?: string): readonly string[] =>
  places({ clients: { web: client } }, nodeEnv);

describe("clients.<id>", () => {
  it.each([
    "https://app.example.com/",
    "https://App.example.com",
    "https://app.example.com:443",
    "https://*.example.com",
    "app.example.com",
    "null",
    "ftp://app.example.com",
    "https://app.example.com?x",
    "https://user@app.example.com",
  ])("refuses %s, which no browser sends as Origin", (origin) => {
    expect(ofClient({ origins: [origin] })).toEqual(["clients.web.origins[0]"]);
  });

  it("accepts origins with a port, and http outside production only", () => {
    const origins = ["https://app.example.com:8443", "http://localhost:5173", "https://[::1]:8443"];
    expect(ofClient({ origins })).toEqual([]);
    expect(ofClient({ origins }, "production")).toEqual(["clients.web.origins"]);
    expect(places({ server: { publicUrls: ["http://api.example.com"] } }, "production")).toEqual([
      "server.publicUrls",
    ]);
  });

  it("refuses a session that outlives sessions.absoluteSeconds, or ends before its access token", () => {
    expect(ofClient({ absoluteSeconds: 2_592_001 })).toEqual(["clients.web.absoluteSeconds"]);
    expect(ofClient({ absoluteSeconds: 299 })).toEqual(["clients.web.absoluteSeconds"]);
    expect(ofClient({ absoluteSeconds: 300 })).toEqual([]);
  });

  it("refuses cookie settings of a bearer client, which would have no effect", () => {
    expect(ofClient({ cookie: { name: "shop" } })).toEqual(["clients.web.cookie"]);
  });

  it("refuses a login method that does not exist", () => {
    expect(ofClient({ login: ["telepathy" as never] })).toEqual(["clients.web.login[0]"]);
  });
});

describe("a cookie client", () => {
  const web: Client = { delivery: "cookie", origins: ["https://app.example.com"] };

  it("needs nothing but its origins", () => {
    expect(ofClient(web)).toEqual([]);
    expect(ofClient(web, "production")).toEqual([]);
  });

  it.each<[string, Client, string]>([
    ["no origins", { origins: [] }, "origins"],
    ["no refresh token", { refresh: false }, "refresh"],
    ["SameSite=None for everybody", { cookie: { sameSite: "none" } }, "cookie.sameSite"],
    ["a name that is no cookie name", { cookie: { name: "a b" } }, "cookie.name"],
    [
      "plain cookies that must be secure",
      { cookie: { plainOnLocalhost: true, partitioned: true } },
      "cookie.plainOnLocalhost",
    ],
    ["silent renewal", { renewal: { windowSeconds: 60, limitSeconds: 3600 } }, "renewal"],
    ["an origin twice", { origins: ["https://a.example.com", "https://a.example.com"] }, "origins"],
  ])("is refused with %s", (_name, change, setting) => {
    expect(ofClient({ ...web, ...change })).toEqual([`clients.web.${setting}`]);
  });

  it("is refused with plain cookies in production, and accepted with them outside", () => {
    const plain: Client = { ...web, cookie: { plainOnLocalhost: true } };
    expect(ofClient(plain)).toEqual([]);
    expect(ofClient(plain, "production")).toEqual(["clients.web.cookie.plainOnLocalhost"]);
  });

  it("shares neither its origin nor the name of its cookies with another", () => {
    const other: Client = { ...web, origins: ["https://b.example.com"], cookie: { name: "Cardea" } };
    expect(places({ clients: { web, other } })).toEqual(["clients.other.cookie.name"]);
    const same: Client = { ...web, cookie: { name: "b" } };
    expect(places({ clients: { web, same } })).toEqual(["clients.same.origins"]);
    expect(places({ clients: { web, app: { origins: web.origins ?? [] } } })).toEqual([]);
  });

  it("has cookies that no subgraph may set", () => {
    const set = (name: string) =>
      places({
        clients: { web: { ...web, cookie: { name: "web" } } },
        transport: { forwardSetCookies: { s: [name] } },
      });
    for (const name of ["web-at", "WEB-RT", "web-dt", "web-fl-12345678"]) expect(set(name)).toHaveLength(1);
    for (const name of ["web", "web-basket", "x-web-at"]) expect(set(name)).toEqual([]);
  });

  it("says in each refusal what was found, what is allowed and how to fix it", () => {
    for (const problem of problems({ clients: { web: { delivery: "cookie" } } }))
      for (const text of [problem.found, problem.allowed, problem.fix])
        expect(text.length).toBeGreaterThan(5);
  });
});

describe("transport.forwardHeaders", () => {
  it.each(["traceparent", "Baggage", "X-B3-TraceId"])("refuses %s without a trusted proxy", (name) => {
    const transport = { forwardHeaders: [name] };
    expect(places({ transport })).toEqual(["transport.forwardHeaders"]);
    expect(places({ transport, server: { trustedProxies: 1 } })).toEqual([]);
  });
});

describe("transport.forwardSetCookies", () => {
  it.each(["__Host-x", "__host-x", "__Secure-x", "__SECURE-x"])(
    "refuses %s: a subgraph could plant a session",
    (name) => {
      expect(places({ transport: { forwardSetCookies: { shop: [name] } } })).toEqual([
        "transport.forwardSetCookies.shop",
      ]);
    },
  );

  it("accepts other names", () => {
    expect(places({ transport: { forwardSetCookies: { shop: ["basket", "cardea-at"] } } })).toEqual([]);
  });
});

describe("server.hsts", () => {
  it("requires https URLs, because it has no meaning over http", () => {
    const hsts = { maxAgeSeconds: 31_536_000 };
    expect(places({ server: { hsts } })).toEqual(["server.hsts"]);
    expect(places({ server: { hsts, publicUrls: ["https://api.example.com"] } })).toEqual([]);
    expect(places({ server: { hsts }, tokens: { issuer: "https://api.example.com" } })).toEqual([]);
  });
});

describe("server.publicUrls", () => {
  it.each([
    "https://api.example.com/",
    "https://api.example.com?a",
    "api.example.com",
    "https://API.example.com",
  ])("refuses %s", (url) => {
    expect(places({ server: { publicUrls: [url] } })).toEqual(["server.publicUrls[0]"]);
  });

  it("accepts a URL with a path", () => {
    expect(places({ server: { publicUrls: ["https://www.example.com/api"] } })).toEqual([]);
  });
});

describe("page", () => {
  it.each<[string, unknown]>([
    ["on", { explorer: "on", account: "off" }],
    ['{"account":"on"}', { explorer: "off", account: "on" }],
  ])("is set by the environment as a word or as JSON: %s", (text, expected) => {
    const { values, problems: found } = readEnvironment({ CARDEA_PAGE: text });
    expect(found).toEqual([]);
    const config = checkConfig({ supergraph: "g.graphql", ...values }, { folder: "/", environment: {} });
    expect(config.page).toEqual(expected);
  });

  it("is refused with another word", () => {
    expect(places({ page: "yes" as never })).toEqual(["page"]);
    expect(places({ page: { accounts: "on" } as never })).toEqual(["page.accounts"]);
  });
});
