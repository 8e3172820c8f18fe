import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_CLIENT, DEFAULT_TENANT, sessionId, userId } from "../../../src/domain/brand.js";
import { systemClock } from "../../../src/domain/time.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../../src/tokens/verify.js";

/** A bare HTTP handler with or without verification of the token: `verify` or `none`. Prints its port and tokens. */
const [mode = "none"] = process.argv.slice(2);
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
        sessionId: sessionId(`session-${index}`),
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

const body = JSON.stringify({ data: { hello: "world" } });
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
const server = createServer((request, response) => {
  request.on("end", () => {
    // Both take the same turns of the event loop: one promise, awaited whether there is something to ask or not.
    const verified =
      mode === "verify"
        ? verifier.verify((request.headers.authorization ?? "").slice("Bearer ".length))
        : known;
    Promise.resolve(verified).then((outcome) => {
      response.writeHead(outcome.kind === "verified" ? 200 : 401, headers).end(body);
    });
  });
  request.resume();
});
const known = { kind: "verified" } as const;
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, tokens }));
});
process.once("SIGTERM", () => process.exit(0));
