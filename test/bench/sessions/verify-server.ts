import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_CLIENT, DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { publicSessionId } from "../../../src/domain/session.js";
import { systemClock } from "../../../src/domain/time.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../../src/tokens/verify.js";

/**
 * A bare HTTP handler that verifies the token of the request in some short turns and not in others, so that other
 * load on the machine and the layout of memory affect both equally. Prints its port and tokens; `/spent` returns the
 * cost of the turns and resets it.
 */
const address = "https://bare.bench.example";
const keyRing = createKeyRing([await generateKey()]);
const stores = createMemoryStores({ clock: systemClock });
await stores.revocations.start();
const verifier = createTokenVerifier({
  own: { issuer: address, audience: address, keyRing },
  revocations: stores.revocations,
  clock: systemClock,
});
const issuer = createTokenIssuer({ issuer: address, audience: address, keyRing });
const now = Math.floor(Date.now() / 1000);
const tokens = await Promise.all(
  Array.from({ length: 50 }, async (_, index) => {
    const { token } = await issuer.issue(
      {
        userId: userId(`user-${index}`),
        tenant: DEFAULT_TENANT,
        sessionId: publicSessionId(index, randomBytes(16)),
        clientId: DEFAULT_CLIENT,
        generation: 0,
        epoch: 1,
        scopes: ["orders:read", "orders:write", "profile"],
        authTime: now,
        amr: ["pwd"],
        ttlSeconds: 3_600,
      },
      now,
    );
    return token;
  }),
);

const WAYS = ["bare", "verified", "control"] as const;
const REQUESTS_PER_TURN = 100;

type Way = (typeof WAYS)[number];

/** CPU of the process in microseconds for each turn, by way of answering; `control` is the bare handler once more. */
export type Spent = Readonly<Record<Way, number>>;

const turns: Record<Way, number[]> = { bare: [], verified: [], control: [] };
let order: Way[] = [];
let way: Way = "bare";
let answered = 0;
let since = process.cpuUsage();

/** Every way has its turn, then every way again, in an order of chance: garbage is collected at intervals of its own. */
function countAnswer(): void {
  answered += 1;
  if (answered < REQUESTS_PER_TURN) return;
  const { user, system } = process.cpuUsage(since);
  turns[way].push(user + system);
  if (order.length === 0) order = [...WAYS];
  way = order.splice(Math.floor(Math.random() * order.length), 1)[0] ?? "bare";
  answered = 0;
  since = process.cpuUsage();
}

/** The cost of the turns since the last call; the current turn is restarted. */
function takeSpent(): Spent {
  const [bare, verified, control] = [turns.bare, turns.verified, turns.control].map((each) => {
    const taken = each.splice(0);
    return taken.reduce((sum, micros) => sum + micros, 0) / taken.length;
  }) as [number, number, number];
  answered = 0;
  since = process.cpuUsage();
  return { bare, verified, control };
}

const body = JSON.stringify({ data: { hello: "world" } });
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
const known = { kind: "verified" } as const;
const unknown = { kind: "refused" } as const;
const server = createServer((request, response) => {
  request.on("end", () => {
    if (request.url === "/spent") {
      response.end(JSON.stringify(takeSpent()));
      return;
    }
    // Both read the credential, which any handler with users does, and both take the same turns of the event loop: one
    // promise, awaited even if there is nothing to verify.
    const token = (request.headers.authorization ?? "").slice("Bearer ".length);
    const verified =
      way === "verified" ? verifier.verify(token, request.socket) : token.length > 0 ? known : unknown;
    Promise.resolve(verified).then((outcome) => {
      response.writeHead(outcome.kind === "verified" ? 200 : 401, headers).end(body);
      countAnswer();
    });
  });
  request.resume();
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, tokens }));
});
process.once("SIGTERM", () => process.exit(0));
