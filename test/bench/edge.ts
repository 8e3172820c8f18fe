import { generateKeyPairSync, sign, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { ADAS_PASSWORD } from "../support/auth-gateway.js";
import { bundleForBrowser } from "../support/browser-bundle.js";
import { athOf, createProver } from "../support/dpop-proofs.js";
import { basic, LOGIN, SECRETS } from "../support/oauth-gateways.js";
import { pairedRatio, type Shown, type Spent, shoot, turn, type Way } from "./edge/turns.js";
import { startChild } from "./support/child.js";
import { median, significant } from "./support/statistics.js";

/** `npm run bench:edge [-- --quick]`: what clients at the edge cost; one JSON object on standard output. */
const quick = process.argv.includes("--quick");
const size = quick ? { rounds: 2, requests: 200 } : { rounds: 12, requests: 3_000 };

interface Place {
  readonly url: string;
  readonly bare: string;
}

/** Answers every query of the gateway. It is in this process, whose CPU is not measured. */
const subgraph = createServer((request, response) => {
  request.resume().on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end('{"data":{"a":1}}');
  });
});
await once(subgraph.listen(0, "127.0.0.1"), "listening");
const { port: subgraphPort } = subgraph.address() as AddressInfo; // listening on TCP

const child = startChild({
  name: "edge",
  command: process.execPath,
  args: ["--import", "tsx", fileURLToPath(new URL("./edge/server.ts", import.meta.url))],
  env: { NODE_ENV: "production", SUBGRAPH_URL: `http://127.0.0.1:${subgraphPort}` },
  ...(cpus().length > 1 ? { core: cpus().length - 1 } : {}),
});
try {
  const { url, bare } = await child.line((line) =>
    line.startsWith("{") ? (JSON.parse(line) as Place) : undefined,
  );
  console.log(JSON.stringify(await measure(url, bare), null, 2));
} finally {
  await child.stop();
  subgraph.closeAllConnections();
  subgraph.close();
}

async function measure(url: string, bare: string): Promise<Readonly<Record<string, unknown>>> {
  const spent = async (): Promise<Spent> =>
    JSON.parse((await shoot({ url: `${bare}/spent`, method: "GET" })).text) as Spent; // our own server's
  const json = { "content-type": "application/json" };
  const graphql = (query: string, variables: object, headers: Record<string, string> = {}): Promise<Shown> =>
    shoot({ url, headers: { ...json, ...headers }, body: JSON.stringify({ query, variables }) });
  const login = (clientId: string, headers: Record<string, string> = {}): Promise<Shown> =>
    graphql(LOGIN, { input: { username: "ada", password: ADAS_PASSWORD, clientId } }, headers);
  const tokens = (shown: Shown): { readonly accessToken: string; readonly refreshToken: string } =>
    JSON.parse(shown.text).data.login;

  const { accessToken } = tokens(await login("default"));
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const constant: Way = {
    shot: () => ({ url: bare, headers: form, body: `token=${accessToken}` }),
    isRight: ({ status }) => status === 200,
  };
  const introspection: Way = {
    shot: () => ({
      url: new URL("/oauth/introspect", url).href,
      headers: { ...form, ...basic("api", SECRETS.api) },
      body: `token=${accessToken}`,
    }),
    isRight: ({ text }) => text.startsWith('{"active":true,'),
  };
  await turn(10, introspection.shot, introspection.isRight);
  const callsBefore = (await spent()).all;
  const introspect = await pairedRatio(spent, constant, introspection, size);
  const introspectRoundTrips = (await spent()).all - callsBefore;

  const query = JSON.stringify({ query: "{ a }" });
  const isAnswered = ({ text }: Shown): boolean => text.startsWith('{"data":{"a":1}}');
  const origin = "https://app.example";
  const bearer: Way = {
    shot: () => ({ url, headers: { ...json, origin, authorization: `Bearer ${accessToken}` }, body: query }),
    isRight: isAnswered,
  };
  const signedIn = await login("web", { origin });
  const cookies = [signedIn.headers["set-cookie"] ?? []].flat().map((cookie) => cookie.split(";")[0]);
  const withCookie: Way = {
    shot: () => ({ url, headers: { ...json, origin, cookie: cookies.join("; ") }, body: query }),
    isRight: isAnswered,
  };
  const cookie = await pairedRatio(spent, bearer, withCookie, size);

  const prover = createProver();
  const htu = `https://gateway.example${new URL(url).pathname}`;
  const nonceOf = (shown: Shown): string => String(shown.headers["dpop-nonce"]);
  let nonce = nonceOf(await login("app", { dpop: prover.prove({ htm: "POST", htu }) }));
  const bound = tokens(await login("app", { dpop: prover.prove({ htm: "POST", htu, nonce }) }));
  const ath = athOf(bound.accessToken);
  const withProof: Way = {
    shot: () => ({
      url,
      headers: {
        ...json,
        origin,
        authorization: `DPoP ${bound.accessToken}`,
        dpop: prover.prove({ htm: "POST", htu, nonce, ath }),
      },
      body: query,
    }),
    isRight(shown) {
      // A nonce lasts for a minute or two, and a new one comes with an answer.
      if (shown.headers["dpop-nonce"] !== undefined) nonce = nonceOf(shown);
      return isAnswered(shown);
    },
  };
  const dpop = await pairedRatio(spent, bearer, withProof, size);

  return {
    introspectRatio: introspect.ratio,
    introspectRatioError: introspect.error,
    introspectRoundTrips,
    cookieRatio: cookie.ratio,
    cookieRatioError: cookie.error,
    dpopRatio: dpop.ratio,
    dpopRatioError: dpop.error,
    es256VerifyMicros: verifyMicros(quick ? 200 : 5_000),
    microsPerRequest: {
      introspect: introspect.microsPerRequest,
      cookie: cookie.microsPerRequest,
      dpop: dpop.microsPerRequest,
    },
    ...(await seenWrites(url, spent, tokens(await login("default")).refreshToken, quick ? 3 : 20)),
    clientBytesGzipped: { core: await coreBytes() },
    method:
      "One process holds the gateway (memory store) and a bare handler of node:http that reads the body and answers constant JSON. Turns of each way one after the other, order alternating; CPU of the process per request; the geometric mean of the ratios of neighbouring turns with its standard error. introspect: ÷ the bare handler; cookie, dpop: a query of one field of a subgraph (in another process) from a browser's origin ÷ the same with a bearer token. es256VerifyMicros: crypto.verify alone.",
  };
}

/** Writes of the bit "seen" for tokens that are each used often, and how many of them happened within a request. */
async function seenWrites(
  url: string,
  spent: () => Promise<Spent>,
  refreshToken: string,
  generations: number,
): Promise<{ readonly seenWrites: number; readonly seenWritesWithinRequest: number }> {
  const uses = 20;
  let token = refreshToken;
  let within = 0;
  const start = (await spent()).see;
  for (let generation = 0; generation < generations; generation += 1) {
    const answer = await shoot({
      url: new URL("/oauth/token", url).href,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `grant_type=refresh_token&refresh_token=${token}`,
    });
    const pair = JSON.parse(answer.text) as { readonly access_token: string; readonly refresh_token: string };
    token = pair.refresh_token;
    const before = (await spent()).see;
    const ask = () =>
      shoot({
        url,
        headers: { "content-type": "application/json", authorization: `Bearer ${pair.access_token}` },
        body: '{"query":"{ __typename }"}',
      });
    await ask();
    within += (await spent()).see - before;
    for (let use = 1; use < uses; use += 1) await ask();
    // Written behind, some tens of milliseconds later.
    for (let wait = 0; wait < 100 && (await spent()).see === before; wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const written = (await spent()).see - start;
  return { seenWrites: significant(written / generations), seenWritesWithinRequest: within };
}

/** What an application loads of `cardea/client`, minified and gzipped. */
async function coreBytes(): Promise<number> {
  const entry = fileURLToPath(new URL("../../src/client/index.ts", import.meta.url));
  const { firstBytes } = await bundleForBrowser(`export { createSession } from ${JSON.stringify(entry)};`);
  return firstBytes;
}

/** One ES256 verification by node:crypto alone, microseconds. */
function verifyMicros(count: number): number {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const data = Buffer.alloc(400, 1);
  const signature = sign("sha256", data, { key: privateKey, dsaEncoding: "ieee-p1363" });
  const times = Array.from({ length: 5 }, () => {
    const { user, system } = process.cpuUsage();
    for (let index = 0; index < count; index += 1)
      verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
    const after = process.cpuUsage();
    return (after.user + after.system - user - system) / count;
  });
  return significant(median(times));
}
