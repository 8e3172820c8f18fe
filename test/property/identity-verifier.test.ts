import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIdentityVerifier, createTestGateway } from "../../src/identity/subgraph.js";
import { encodePart } from "../support/token-builders.js";

const seed = Number(process.env["CARDEA_SEED"] ?? Date.now() % 2_147_483_647);

describe("the verifier for subgraph authors, asked anything", () => {
  it("says 401 and nothing else, whatever stands in the headers", async () => {
    const gateway = await createTestGateway();
    const verifier = createIdentityVerifier({
      issuer: gateway.issuer,
      audience: "orders",
      jwks: gateway.jwks,
    });
    const honest = (await gateway.headersFor("orders", { subject: "ada" }))["authorization"] ?? "";
    const header = fc
      .record(
        {
          alg: fc.constantFrom<unknown>("ES256", "RS256", "none", "HS256", "", null, 1, {}),
          kid: fc.oneof(fc.string(), fc.constantFrom<unknown>("test", null, 1, [])),
          typ: fc.oneof(fc.string(), fc.constantFrom<unknown>("JWT", null, 1, {})),
          crit: fc.constantFrom<unknown>([], ["exp"], "exp", null),
          b64: fc.boolean(),
        },
        { requiredKeys: [] },
      )
      .map(encodePart);
    const bytes = fc.uint8Array({ maxLength: 80 }).map((part) => Buffer.from(part).toString("base64url"));
    const token = fc.oneof(
      fc.string({ unit: "binary", maxLength: 100 }),
      fc.tuple(header, fc.jsonValue().map(encodePart), bytes).map((parts) => parts.join(".")),
      fc.array(bytes, { maxLength: 6 }).map((parts) => parts.join(".")),
      fc.nat({ max: honest.length - 8 }).map((at) => `${honest.slice(7, 7 + at)}A${honest.slice(8 + at)}`),
    );
    await fc.assert(
      fc.asyncProperty(token, fc.boolean(), async (text, asPassage) => {
        fc.pre(`Bearer ${text}` !== honest);
        const headers = asPassage ? { "x-cardea-passage": text } : { authorization: `Bearer ${text}` };
        await expect(verifier.verify(headers)).rejects.toMatchObject({
          name: "IdentityError",
          statusCode: 401,
        });
      }),
      { seed, numRuns: 600 },
    );
  });
});
