import { readFileSync } from "node:fs";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, it } from "vitest";
import type { VerifyingAlgorithm } from "../../src/tokens/algorithms.js";
import { hasValidSignature, parseCompactJws, type UnverifiedJws } from "../../src/tokens/jws.js";
import { readJwks } from "../../src/tokens/public-keys.js";
import { aTokenHarness } from "../support/token-builders.js";

interface Vectors {
  readonly signatures: readonly {
    readonly name: string;
    readonly algorithm: VerifyingAlgorithm;
    readonly jwk: Readonly<Record<string, unknown>>;
    readonly compact: string;
  }[];
  readonly refused: readonly { readonly name: string; readonly compact: string }[];
  readonly keySet: {
    readonly document: { readonly keys: readonly Record<string, unknown>[] };
    readonly thumbprint: { readonly value: string };
  };
}

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/jose-rfc.json", import.meta.url), "utf8"),
) as Vectors;

/** The payload of most examples is no JSON, which our reader refuses; the signature does not mind. */
function split(compact: string): UnverifiedJws {
  const [header = "", payload = "", signature = ""] = compact.split(".");
  return { kind: "parsed", header: {}, payload: {}, signingInput: `${header}.${payload}`, signature };
}

const keyFor = (jwk: Readonly<Record<string, unknown>>, algorithm: VerifyingAlgorithm) => {
  const [key] = readJwks(JSON.stringify({ keys: [jwk] }), [algorithm]);
  if (key === undefined) throw new Error("the key was not read");
  return key;
};

describe("the examples of the standards", () => {
  it.each(vectors.signatures)(
    "$name verifies, and not once a bit of it is changed",
    ({ compact, jwk, algorithm }) => {
      const key = keyFor(jwk, algorithm);
      const jws = split(compact);
      expect(hasValidSignature(jws, key.algorithm, key.publicKey)).toBe(true);
      const other = jws.signature.startsWith("A") ? "B" : "A";
      expect(
        hasValidSignature({ ...jws, signature: other + jws.signature.slice(1) }, algorithm, key.publicKey),
      ).toBe(false);
      expect(
        hasValidSignature({ ...jws, signingInput: `${jws.signingInput}A` }, algorithm, key.publicKey),
      ).toBe(false);
      expect(hasValidSignature({ ...jws, signature: "" }, algorithm, key.publicKey)).toBe(false);
    },
  );

  it("RFC 7515 A.2 and A.3 pass our reader: line breaks in JSON are JSON", () => {
    for (const { compact } of vectors.signatures.slice(0, 2)) {
      expect(parseCompactJws(compact)).toMatchObject({
        kind: "parsed",
        payload: { iss: "joe", exp: 1300819380 },
      });
    }
  });

  it.each([...vectors.refused, ...vectors.signatures])(
    "$name is no access token here",
    async ({ compact }) => {
      const { verifier } = await aTokenHarness();
      expect(await verifier.verify(compact)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
    },
  );

  it("RFC 7517 A.1 is read as one signature key: the other is for encryption", () => {
    const keys = readJwks(JSON.stringify(vectors.keySet.document), ["ES256", "RS256"]);
    expect(keys.map(({ kid, algorithm }) => ({ kid, algorithm }))).toEqual([
      { kid: "2011-04-29", algorithm: "RS256" },
    ]);
  });

  it("RFC 7638 3.1 gives the key id we would give", async () => {
    const rsa = vectors.keySet.document.keys[1] ?? {};
    expect(await calculateJwkThumbprint({ kty: "RSA", n: String(rsa["n"]), e: String(rsa["e"]) })).toBe(
      vectors.keySet.thumbprint.value,
    );
  });
});
