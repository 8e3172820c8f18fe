import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseKeyFile } from "../../src/tokens/key-file.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../src/tokens/verify.js";
import type { AttackFile } from "../support/jose-attacks.js";
import { ManualClock, ScriptedRevocations } from "../support/token-builders.js";

const file = JSON.parse(
  readFileSync(new URL("../vectors/jose-attacks.json", import.meta.url), "utf8"),
) as AttackFile;

const directory = mkdtempSync(join(tmpdir(), "cardea-attacks-"));
const jwks = join(directory, "jwks.json");
let keys: readonly KeyRecord[] = [];

beforeAll(async () => {
  writeFileSync(jwks, JSON.stringify(file.outsideJwks));
  keys = await parseKeyFile(JSON.stringify({ keys: file.keys }), "vectors");
});

function aVerifier(revocations = new ScriptedRevocations()) {
  return createTokenVerifier({
    own: { issuer: file.issuer, audience: file.audience, keyRing: createKeyRing(keys) },
    outside: [{ issuer: file.outsideIssuer, audience: file.outsideAudience, jwks }],
    revocations,
    clock: new ManualClock(file.nowSeconds),
  });
}

describe("a hostile token", () => {
  it.each(file.honest)("is made from an honest one that verifies: $name", async ({ token }) => {
    expect(await aVerifier().verify(token)).toMatchObject({
      kind: "verified",
      principal: { subject: "u-ada" },
    });
  });

  it.each(file.attacks)("is refused ($weakness): $name", async ({ token }) => {
    expect(await aVerifier().verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_INVALID" });
  });

  it("is refused by a verifier that remembers every honest one", async () => {
    const verifier = aVerifier();
    for (const { token } of file.honest) await verifier.verify(token);
    for (const { token, name } of file.attacks) {
      expect({ name, ...(await verifier.verify(token)) }).toMatchObject({ name, kind: "refused" });
    }
  });

  it("never gets a piece of itself into the reason", async () => {
    for (const { token } of file.attacks.filter(({ token: text }) => text.length > 20)) {
      const outcome = await aVerifier().verify(token);
      const text = JSON.stringify(outcome);
      for (const piece of token.split(".").filter((text) => text.length > 20))
        expect(text).not.toContain(piece);
    }
  });

  it("comes in every weakness class that public collections name", () => {
    expect(new Set(file.attacks.map(({ weakness }) => weakness))).toEqual(
      new Set([
        "alg none",
        "key confusion",
        "alg swap",
        "kid tricks",
        "embedded key",
        "crit",
        "type confusion",
        "signature",
        "encoding",
        "claims",
        "structure",
        "issuer confusion",
      ]),
    );
  });
});

describe("a twin signature", () => {
  it("verifies, being a signature, and is revoked together with its token", async () => {
    const revocations = new ScriptedRevocations();
    const verifier = aVerifier(revocations);
    const [twin] = file.twins;
    expect(twin?.token).not.toBe(file.honest[0]?.token);
    expect(verifier.verify(twin?.token ?? "")).toMatchObject({ kind: "verified" });
    revocations.revokes = ({ tokenId }) => tokenId === "token-one";
    for (const token of [twin?.token ?? "", file.honest[0]?.token ?? ""]) {
      expect(verifier.verify(token)).toMatchObject({ kind: "refused", reason: "TOKEN_REVOKED" });
    }
  });
});
