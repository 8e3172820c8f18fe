import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_CLIENT, DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { partitionOf, publicSessionId } from "../../../src/domain/session.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createRefreshTokenRing, secretHash } from "../../../src/tokens/refresh-token.js";
import { COMMAND_TIMEOUT_MS, PEPPERS } from "./stack.js";

/**
 * The minimal cost of a refresh: a bare HTTP handler that reads a form, runs the same script and signs one token. No
 * limits, no directory, no revocation view, no events; the benchmark sends the user in a separate field. Under `/ping`
 * it sends Redis a PING instead of the script, does the rest in the same way and returns the token: the cost of any
 * message to Redis at this load.
 */
const [url = ""] = process.argv.slice(2);
const stores = createRedisStores({ url, commandTimeoutMs: COMMAND_TIMEOUT_MS });
const ring = createRefreshTokenRing(PEPPERS);
const issuer = createTokenIssuer({
  issuer: "https://bare.bench.example",
  audience: "https://bare.bench.example",
  keyRing: createKeyRing([await generateKey()]),
});

/** The claims of an access token other than its user, if no session was read. */
const PINGING = {
  tenant: DEFAULT_TENANT,
  clientId: DEFAULT_CLIENT,
  generation: 0,
  epoch: 0,
  scopes: ["orders:read", "orders:write", "profile"],
  authTime: 0,
  amr: ["pwd"],
  ttlSeconds: 300,
} as const;

async function refresh(form: URLSearchParams, isPing: boolean): Promise<string> {
  const presented = form.get("refresh_token") ?? "";
  const token = ring.parse(presented);
  if (token === undefined) throw new Error("not a refresh token");
  const id = publicSessionId(partitionOf(token.reference), token.session);
  const successor = ring.successor(token, ring.activeKid);
  const now = Math.floor(Date.now() / 1000);
  if (isPing) {
    await stores.ping();
    const issued = await issuer.issue(
      { ...PINGING, userId: userId(form.get("user") ?? ""), sessionId: id },
      now,
    );
    return JSON.stringify({ access_token: issued.token, refresh_token: presented });
  }
  const outcome = await stores.sessions.rotate(
    {
      kind: "rotate",
      id,
      tenant: DEFAULT_TENANT,
      userId: userId(form.get("user") ?? ""),
      delivery: "bearer",
      generation: token.generation,
      presented: secretHash(token),
      successor: secretHash(successor),
      kid: ring.activeKid,
      following: secretHash(ring.successor(successor, ring.activeKid)),
      otherwise: new Map(),
      accessExpiresBy: now + 300,
    },
    DEFAULT_SESSION_POLICY,
  );
  if (outcome.kind !== "rotated") throw new Error(outcome.kind);
  const { session } = outcome;
  const issued = await issuer.issue(
    {
      userId: session.userId,
      tenant: session.tenant,
      sessionId: session.id,
      clientId: DEFAULT_CLIENT,
      generation: session.generation,
      epoch: session.epoch,
      scopes: session.scopes,
      authTime: session.authTime,
      amr: session.amr,
      ttlSeconds: 300,
    },
    now,
  );
  return JSON.stringify({ access_token: issued.token, refresh_token: ring.format(successor) });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    refresh(new URLSearchParams(Buffer.concat(chunks).toString("utf8")), request.url === "/ping").then(
      (body) => response.writeHead(200, { "content-type": "application/json" }).end(body),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : "failed"),
    );
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
process.once("SIGTERM", () => process.exit(0));
