import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import { createRefreshTokenRing, type RefreshToken } from "../../src/tokens/refresh-token.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { alwaysOff } from "../support/interleaved-times.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";
import { rawBytes } from "../support/raw-http.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.js";

/** How long a round trip to the store takes here, so that one is not to be overlooked in a time. */
const ROUND_TRIP_MS = 40;
const OFTEN = 1_000_000;
const PEPPER = { id: 7, secret: "a pepper of forty bytes, of nobody's but ours" };

let redis: RedisServer;
let link: TcpProxy;
let harness: Awaited<ReturnType<typeof startAuthGateway>>;
let provider: OutsideIssuer;
let honest: string;
let honestRefresh: string;
let claims: Readonly<Record<string, unknown>>;
const ownKey = await generateKey();
const strangeKey = await generateKey();

const now = () => Math.floor(harness.clock.nowMs() / 1000);
const signed = (key: typeof ownKey, changes: Readonly<Record<string, unknown>>, typ = "at+jwt") =>
  createKeyRing([key])
    .signing(now())
    .signJwt(typ, { ...claims, ...changes });

beforeAll(async () => {
  redis = await startRedis();
  link = await startProxy(redis.port);
  const directory = gatewayDirectory();
  provider = await createOutsideIssuer(directory);
  writeFileSync(join(directory, "key.json"), formatKeyFile([ownKey]));
  writeFileSync(join(directory, "identity.json"), formatKeyFile([await generateKey()]));
  harness = await startAuthGateway(
    {
      identity: { keys: [join(directory, "identity.json")] },
      store: { kind: "redis", url: `redis://127.0.0.1:${link.port}` },
      limits: { requestsPerAddress: OFTEN, invalidRefreshPerAddress: OFTEN, refreshPerAddress: OFTEN },
      tokens: {
        keys: [join(directory, "key.json")],
        refreshPeppers: [PEPPER],
      },
      issuers: [{ issuer: provider.issuer, audience: provider.audience, jwks: provider.jwksPath }],
    },
    directory,
  );
  ({ accessToken: honest, refreshToken: honestRefresh } = await harness.login());
  // The first request to an endpoint takes another path through the gateway, with any token.
  for (const ask of Object.values(ENDPOINTS)) await ask("garbage");
  claims = JSON.parse(Buffer.from(honest.split(".")[1] ?? "", "base64url").toString("utf8"));
});
afterAll(async () => {
  await harness.stop();
  await link.close();
  await redis.close();
});

/** One request on a connection of its own, and every byte of its answer but the time of day and the request's name. */
async function bytesFor(path: string, headers: readonly string[], body: string): Promise<string> {
  const head = [`POST ${path} HTTP/1.1`, "host: gateway", "connection: close", ...headers];
  const answer = await rawBytes(
    harness.origin,
    [...head, `content-length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"),
    10_000,
  );
  return answer
    .replace(/^date: .*$/im, "date: …")
    .replaceAll(/^x-request-id: (.*)$/gim, "x-request-id: …")
    .replaceAll(/"requestId":"[^"]*"/g, '"requestId":"…"');
}

const JSON_BODY = "content-type: application/json";
const ENDPOINTS = {
  "an operation's": (token: string) =>
    bytesFor(
      "/graphql",
      [JSON_BODY, `authorization: Bearer ${token}`],
      JSON.stringify({ query: "{ session { id } }" }),
    ),
  "the mutation's": (token: string) =>
    bytesFor(
      "/graphql",
      [JSON_BODY],
      JSON.stringify({
        query:
          "mutation ($t: Secret!) { refreshToken(input: { refreshToken: $t }) { accessToken refreshToken } }",
        variables: { t: token },
      }),
    ),
  "OAuth's": (token: string) =>
    bytesFor(
      "/oauth/token",
      ["content-type: application/x-www-form-urlencoded"],
      new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }).toString(),
    ),
};

const ACCESS: readonly (readonly [string, () => string | Promise<string | undefined>])[] = [
  ["is garbage", () => "garbage"],
  ["is one character", () => "x"],
  ["has lost its end", () => honest.slice(0, -10)],
  ["has lost its signature", () => honest.split(".").slice(0, 2).join(".")],
  ["has another signature", () => `${honest.slice(0, -20)}${"A".repeat(20)}`],
  ["is spelled otherwise", () => `${honest}=`],
  ["has two parts too many", () => `${honest}.e30.e30`],
  ["is signed by a key of nobody's", () => signed(strangeKey, {})],
  ["is of another gateway", () => signed(ownKey, { iss: "https://other.example" })],
  ["is for another audience", () => signed(ownKey, { aud: "https://other.example" })],
  ["is of the future", () => signed(ownKey, { iat: now() + 3600, exp: now() + 7200 })],
  ["is not valid yet", () => signed(ownKey, { nbf: now() + 3600 })],
  ["is of another type", () => signed(ownKey, {}, "JWT")],
  ["names no session", () => signed(ownKey, { sid: "" })],
  ["is a sealed one of nobody's", () => `cat_${"A".repeat(200)}`],
  ["is a refresh token", () => `crt_${"A".repeat(116)}`],
  ["is as long as a header may be", () => `${"A".repeat(7000)}.${"A".repeat(6000)}.AAAA`],
  [
    "is an outside issuer's for another audience",
    () => provider.mint({ anonymous: false, scopes: [], fresh: true }, now(), { aud: "elsewhere" }),
  ],
];

/** What is no refresh token of ours: whose MAC is not good, or that has none. */
const REFRESH: readonly (readonly [string, () => string])[] = [
  ["is garbage", () => "garbage"],
  ["is empty", () => ""],
  ["has lost its end", () => honestRefresh.slice(0, -8)],
  ["is a character too long", () => `${honestRefresh}A`],
  ["is spelled otherwise", () => `${honestRefresh}=`],
  ["has another MAC", () => honestRefresh.slice(0, -20) + "A".repeat(20)],
  ["has lost its prefix", () => honestRefresh.slice(4)],
  ["is of another version", () => rewritten((bytes) => bytes.writeUInt8(2, 0))],
  ["is of another gateway with the same pepper id", () => elsewhere.format(tokenOf(honestRefresh))],
  ["is of another session", () => rewritten((bytes) => bytes.fill(1, 19, 35))],
  ["is of a generation to come", () => rewritten((bytes) => bytes.writeUInt32BE(7, 35))],
  ["is an access token", () => honest],
  ["is as long as a form may be", () => "A".repeat(16_000)],
];
const rewritten = (change: (bytes: Buffer) => unknown): string => {
  const bytes = Buffer.from(honestRefresh.slice(4), "base64url");
  change(bytes);
  return `crt_${bytes.toString("base64url")}`;
};
const ours = createRefreshTokenRing([PEPPER]);
const elsewhere = createRefreshTokenRing([
  { ...PEPPER, secret: "another pepper of forty bytes, not of ours" },
]);
const tokenOf = (text: string): RefreshToken => {
  const token = ours.parse(text);
  if (token === undefined) throw new Error("no refresh token of ours");
  return token;
};

const BAD = [
  ...ACCESS.map(([name, make]) => ["an operation's", name, make] as const),
  ...REFRESH.map(([name, make]) => ["the mutation's", name, make] as const),
  // RFC 6749 §3.2: an empty parameter is one that is missing, and no token.
  ...REFRESH.filter(([name]) => name !== "is empty").map(([name, make]) => ["OAuth's", name, make] as const),
];

describe("a token that is no good", () => {
  it.each(BAD)(
    "at %s endpoint and %s is answered like any other, byte for byte",
    async (endpoint, _, make) => {
      const [answer, other] = [
        await ENDPOINTS[endpoint]((await make()) ?? ""),
        await ENDPOINTS[endpoint]("garbage"),
      ];
      expect(answer).toBe(other);
      expect(answer).toMatch(/TOKEN_INVALID|INVALID_GRANT|invalid_grant/);
    },
  );

  it("reports nothing about a token under a pepper that this gateway does not have: it may be another's", async () => {
    const unknown = rewritten((bytes) => bytes.writeUInt8(9, 2));
    for (const endpoint of ["the mutation's", "OAuth's"] as const)
      expect(await ENDPOINTS[endpoint](unknown)).toMatch(/^HTTP\/1.1 503 /);
  });

  it("is not the honest one, which is served", async () => {
    expect(await ENDPOINTS["an operation's"](honest)).toMatch(/^HTTP\/1.1 200 /);
    expect(await ENDPOINTS["an operation's"](await signed(ownKey, {}))).toMatch(/^HTTP\/1.1 200 /);
  });

  it("costs no round trip to the store, where an honest one and a good MAC do", async () => {
    link.delayReplies(ROUND_TRIP_MS);
    const bad = await Promise.all(
      BAD.map(async ([endpoint, name, make]) => {
        const token = (await make()) ?? "";
        return { name: `${endpoint} ${name}`, run: () => ENDPOINTS[endpoint](token) };
      }),
    );
    const unknown = ours.format({ ...tokenOf(honestRefresh), session: Buffer.alloc(16, 1) });
    const asking = [
      { name: "a good access token", run: () => ENDPOINTS["an operation's"](honest) },
      { name: "a good MAC of no session, in the mutation", run: () => ENDPOINTS["the mutation's"](unknown) },
      { name: "a valid MAC of no session, at OAuth's endpoint", run: () => ENDPOINTS["OAuth's"](unknown) },
    ];
    const off = await alwaysOff([...bad, ...asking], { rounds: 6, attempts: 3 }, (taken) => [
      ...bad
        .filter(({ name }) => !((taken.get(name) ?? Infinity) < ROUND_TRIP_MS / 2))
        .map(({ name }) => name),
      ...asking.filter(({ name }) => !((taken.get(name) ?? 0) >= ROUND_TRIP_MS)).map(({ name }) => name),
    ]);
    link.delayReplies(0);
    expect(off).toEqual([]);
  }, 120_000);
});
