import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../src/domain/time.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../src/tokens/verify.js";

/**
 * A process that verifies the token of each request. It has no other source of tokens, so every token text in its
 * memory came over a connection. Prints its port; answers `verified`, `anonymous`, or the reason of the refusal.
 */
export interface Listening {
  readonly issuer: string;
  readonly audience: string;
  readonly key: KeyRecord;
}

const { key, ...names } = JSON.parse(process.argv[2] ?? "") as Listening; // written by the test beside it
const verifier = createTokenVerifier({
  own: { ...names, keyRing: createKeyRing([key]) },
  revocations: { isRevoked: () => false, isDegraded: () => false },
  clock: systemClock,
});

const server = createServer(async (request, response) => {
  const { authorization } = request.headers;
  if (authorization === undefined) return response.end("anonymous");
  const token = authorization.slice("Bearer ".length);
  const outcome = await verifier.verify(token, request.socket);
  return response.end(outcome.kind === "verified" ? "verified" : outcome.detail);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
