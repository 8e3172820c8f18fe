import { describe, expect, it } from "vitest";
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
