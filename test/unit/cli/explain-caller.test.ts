import { describe, expect, it } from "vitest";
import { type CallerConfig, callerOf } from "../../../src/cli/explain-caller.js";
import { checkConfig } from "../../../src/config/load.js";

const jwt = (claims: object): string =>
  `${["{}", JSON.stringify(claims)].map((part) => Buffer.from(part).toString("base64url")).join(".")}.c2ln`;

const config = (issuer: object, tokens: object = {}): CallerConfig =>
  checkConfig(
    {
      supergraph: "supergraph.graphql",
      tokens,
      issuers: [
        { issuer: "https://idp.example", audience: "g", jwks: "https://idp.example/jwks", ...issuer },
      ],
    },
    { folder: ".", environment: {} },
  );

const OUTSIDE = { iss: "https://idp.example", sub: "u", auth_time: 1_000, scope: "a", roles: ["R", "x"] };
const ask = (claims: object, settings: CallerConfig | undefined) =>
  callerOf({ tokenStdin: true }, settings, async () => jwt(claims));

describe("the caller of a token on standard input", () => {
  it("is worth what the configuration makes of its issuer's claims", async () => {
    const mapped = config({ scopes: { claim: "roles", map: { R: "read" } }, trustAuthTime: true });
    expect(await ask(OUTSIDE, mapped)).toMatchObject({ scopes: new Set(["read", "x"]), authTime: 1_000 });
  });

  it("holds no scope that is not allowed, and no proof that is not trusted", async () => {
    const caller = await ask(OUTSIDE, config({ scopes: { allow: ["b"] } }));
    expect(caller).toMatchObject({ scopes: new Set() });
    expect(caller).not.toHaveProperty("authTime");
  });

  it("is read unchanged for our own issuer, and without a configuration", async () => {
    const own = { iss: "https://api.example", scope: "a b", auth_time: 5 };
    const settings = config({}, { issuer: "https://api.example" });
    for (const known of [settings, undefined])
      expect(await ask(own, known)).toMatchObject({ scopes: new Set(["a", "b"]), authTime: 5 });
  });

  it("is refused for an issuer whose tokens the gateway refuses", async () => {
    const settings = config({}, { issuer: "https://api.example" });
    await expect(ask({ iss: "https://evil.example", scope: "a" }, settings)).rejects.toThrow(
      /https:\/\/evil\.example.*https:\/\/api\.example, https:\/\/idp\.example/,
    );
  });
});
