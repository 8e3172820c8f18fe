import { systemClock } from "../../src/domain/time.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import type { OutsideIssuerConfig } from "../../src/tokens/outside-issuer-config.js";
import { createTokenVerifier } from "../../src/tokens/verify.js";

/**
 * A process that verifies one token of an outside issuer, once for each place its keys may lie: what a process trusts
 * over TLS is decided when it starts. Prints one line of JSON with one outcome for each place.
 */
export interface KeySetRequest {
  readonly issuer: string;
  readonly audience: string;
  readonly token: string;
  readonly places: readonly Pick<OutsideIssuerConfig, "jwks" | "allowPrivateAddresses" | "tls">[];
}

const request = JSON.parse(process.argv[2] ?? "") as KeySetRequest; // written by the test beside it
const keyRing = createKeyRing([await generateKey()]);

async function outcomeAt(place: KeySetRequest["places"][number]): Promise<string> {
  try {
    const verifier = createTokenVerifier({
      own: { issuer: "https://gateway.example", audience: "https://gateway.example", keyRing },
      outside: [{ issuer: request.issuer, audience: request.audience, ...place }],
      revocations: { isRevoked: () => false, isDegraded: () => false },
      clock: systemClock,
    });
    return (await verifier.verify(request.token)).kind;
  } catch (error) {
    return error instanceof Error
      ? error.name + ("code" in error ? ` ${String(error.code)}` : "")
      : "unknown";
  }
}

console.log(JSON.stringify(await Promise.all(request.places.map(outcomeAt))));
