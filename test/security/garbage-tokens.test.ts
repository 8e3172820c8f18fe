import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";

let house: Awaited<ReturnType<typeof startAuthGateway>>;
let provider: OutsideIssuer;
let honest: string;
let claims: Readonly<Record<string, unknown>>;
const ownKey = await generateKey();
const strangeKey = await generateKey();

const now = () => Math.floor(house.clock.nowMs() / 1000);
const signed = (key: typeof ownKey, changes: Readonly<Record<string, unknown>>, typ = "at+jwt") =>
  createKeyRing([key])
    .signing(now())
    .signJwt(typ, { ...claims, ...changes });

beforeAll(async () => {
  const directory = gatewayDirectory();
  provider = await createOutsideIssuer(directory);
  writeFileSync(join(directory, "key.json"), formatKeyFile([ownKey]));
  writeFileSync(join(directory, "identity.json"), formatKeyFile([await generateKey()]));
  house = await startAuthGateway(
    {
      tokens: { keys: [join(directory, "key.json")] },
      identity: { keys: [join(directory, "identity.json")] },
      issuers: [{ issuer: provider.issuer, audience: provider.audience, jwks: provider.jwksPath }],
    },
    directory,
  );
  honest = (await house.login()).accessToken;
  claims = JSON.parse(Buffer.from(honest.split(".")[1] ?? "", "base64url").toString("utf8"));
});
afterAll(() => house.stop());

/** What a caller can tell answers apart by: everything but the name of the request and the time of day. */
async function faceOf(token: string) {
  const { status, headers, body } = await house.ask("{ session { id } }", {}, token);
  const told = [...headers].filter(([name]) => !["date", "x-request-id"].includes(name));
  const errors = body.errors?.map(({ message, extensions: { requestId: _, ...extensions } }) => ({
    message,
    extensions,
  }));
  return JSON.stringify({ status, told, data: body.data, errors });
}

const CASES: readonly (readonly [string, () => string | Promise<string | undefined>])[] = [
  ["is one character", () => "x"],
  ["has lost its end", () => honest.slice(0, -10)],
  ["has lost its signature", () => honest.split(".").slice(0, 2).join(".")],
  ["has another signature", () => `${honest.slice(0, -20)}${"A".repeat(20)}`],
  ["is spelled otherwise", () => `${honest}=`],
  ["has two parts too many", () => `${honest}.e30.e30`],
  ["is signed by a key of nobody's", () => signed(strangeKey, {})],
  ["is of another gateway", () => signed(ownKey, { iss: "https://other.example" })],
  ["is for another audience", () => signed(ownKey, { aud: "https://other.example" })],
  ["is of the future", () => signed(ownKey, { iat: now() + 3600, exp: now() + 7200 })],
  ["is not valid yet", () => signed(ownKey, { nbf: now() + 3600 })],
  ["is of another type", () => signed(ownKey, {}, "JWT")],
  ["names no session", () => signed(ownKey, { sid: "" })],
  ["is a sealed one of nobody's", () => `cat_${"A".repeat(200)}`],
  ["is a refresh token", () => `crt_${"A".repeat(116)}`],
  ["is as long as a header may be", () => `${"A".repeat(7000)}.${"A".repeat(6000)}.AAAA`],
  [
    "is an outside issuer's for another audience",
    () => provider.mint({ anonymous: false, scopes: [], fresh: true }, now(), { aud: "elsewhere" }),
  ],
];

describe("a token that is no good", () => {
  it.each(CASES)("and %s is answered like any other", async (_, make) => {
    const [face, other] = [await faceOf((await make()) ?? ""), await faceOf("garbage")];
    expect(face).toBe(other);
    expect(face).toContain('"status":401');
    expect(face).toContain("TOKEN_INVALID");
  });

  it("is not the honest one, which is served", async () => {
    expect(await faceOf(honest)).toContain('"status":200');
    expect(await faceOf(await signed(ownKey, {}))).toContain('"status":200');
  });
});
