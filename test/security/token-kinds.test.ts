import { describe, expect, it } from "vitest";
import { ANONYMOUS } from "../../src/domain/principal.js";
import { createIdentitySigner } from "../../src/identity/sign.js";
import { createIdentityVerifier } from "../../src/identity/subgraph.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../src/tokens/issue.js";
import { jwksDocument } from "../../src/tokens/jwks.js";
import { createKeyRing, type KeyRing } from "../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../src/tokens/verify.js";
import {
  AUDIENCE,
  anAccessToken,
  ISSUER,
  ManualClock,
  NOW,
  ScriptedRevocations,
} from "../support/token-builders.js";

const IDENTITY = `${ISSUER}/identity`;

/** A gateway with both issuers; `shared` makes the worst mistake an operator could make with keys. */
async function aGateway(shared = false) {
  const tokens = createKeyRing([await generateKey()]);
  const identity: KeyRing = shared ? tokens : createKeyRing([await generateKey()]);
  const clock = new ManualClock();
  const issuer = createTokenIssuer({ issuer: ISSUER, audience: AUDIENCE, keyRing: tokens });
  const verifier = createTokenVerifier({
    own: { issuer: ISSUER, audience: AUDIENCE, keyRing: tokens },
    revocations: new ScriptedRevocations(),
    clock,
  });
  const signer = createIdentitySigner({
    issuer: IDENTITY,
    keyRing: identity,
    clock,
    subgraphs: { at: { typ: "at+jwt" } },
  });
  const subgraph = createIdentityVerifier({
    issuer: IDENTITY,
    audience: "orders",
    jwks: { keys: [...jwksDocument(identity, NOW).keys] },
    nowMs: () => clock.nowMs(),
  });
  const access = (await issuer.issue(anAccessToken(), NOW)).token;
  const outcome = await verifier.verify(access);
  const principal = outcome.kind === "verified" ? outcome.principal : ANONYMOUS;
  const identityFor = async (name: string): Promise<string> =>
    ((await signer.headersFor(name, principal, "r"))["authorization"] ?? "").slice(7);
  const passage = async (): Promise<string> =>
    (await signer.headersFor("orders", ANONYMOUS, "r"))["x-cardea-passage"] ?? "";
  return { access, verifier, subgraph, identityFor, passage };
}

describe.each([
  ["with keys apart", false],
  ["even if an operator used one key for both", true],
])("one kind of token never passes for another, %s", (_, shared) => {
  it("an identity token, of either typ, at the gateway", async () => {
    const { verifier, identityFor } = await aGateway(shared);
    for (const name of ["orders", "at"]) {
      expect(await verifier.verify(await identityFor(name))).toMatchObject({
        kind: "refused",
        reason: "TOKEN_INVALID",
      });
    }
  });

  it("a passage token at the gateway", async () => {
    const { verifier, passage } = await aGateway(shared);
    expect(await verifier.verify(await passage())).toMatchObject({
      kind: "refused",
      reason: "TOKEN_INVALID",
    });
  });

  it("an access token at a subgraph", async () => {
    const { subgraph, access } = await aGateway(shared);
    await expect(subgraph.verify({ authorization: `Bearer ${access}` })).rejects.toMatchObject({
      statusCode: 401,
    });
    await expect(subgraph.verify({ "x-cardea-passage": access })).rejects.toMatchObject({ statusCode: 401 });
  });

  it("a passage as an identity, or another subgraph's identity", async () => {
    const { subgraph, passage, identityFor } = await aGateway(shared);
    for (const token of [await passage(), await identityFor("users")]) {
      await expect(subgraph.verify({ authorization: `Bearer ${token}` })).rejects.toMatchObject({
        statusCode: 401,
      });
    }
    expect(await subgraph.verify({ authorization: `Bearer ${await identityFor("orders")}` })).toMatchObject({
      subject: "u-ada",
    });
  });
});
