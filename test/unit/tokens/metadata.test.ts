import { describe, expect, it } from "vitest";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import {
  algorithmsOf,
  authorizationServerMetadata,
  jwksUri,
  openidConfiguration,
} from "../../../src/tokens/metadata.js";
import { NOW } from "../../support/token-builders.js";

describe("the documents of an issuer", () => {
  it("name its keys below it, path or none", () => {
    expect(jwksUri("https://g.example")).toBe("https://g.example/.well-known/jwks.json");
    expect(jwksUri("https://g.example/identity")).toBe("https://g.example/identity/.well-known/jwks.json");
  });

  it("advertise no endpoint that is off", () => {
    const identity = openidConfiguration({ issuer: "https://g.example/identity", algorithms: ["ES256"] });
    expect(Object.keys(identity).filter((name) => name.endsWith("_endpoint"))).toEqual([]);
    expect(identity).toMatchObject({
      issuer: "https://g.example/identity",
      jwks_uri: "https://g.example/identity/.well-known/jwks.json",
      id_token_signing_alg_values_supported: ["ES256"],
      grant_types_supported: [],
    });
    const client = authorizationServerMetadata({
      issuer: "https://g.example",
      algorithms: [],
      endpoints: { token: true },
    });
    expect(client).toMatchObject({
      token_endpoint: "https://g.example/oauth/token",
      grant_types_supported: ["refresh_token"],
      token_endpoint_auth_methods_supported: ["none"],
    });
    const more = { token: true, grants: ["urn:ietf:params:oauth:grant-type:token-exchange"] };
    expect(
      authorizationServerMetadata({ issuer: "https://g.example", algorithms: [], endpoints: more }),
    ).toMatchObject({
      grant_types_supported: ["refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
    });
    expect(client).not.toHaveProperty("revocation_endpoint");
    expect(client).not.toHaveProperty("introspection_endpoint");
  });

  it("name each algorithm of the keys once", async () => {
    const ring = createKeyRing([await generateKey(), await generateKey(), await generateKey("EdDSA")]);
    expect(algorithmsOf(ring, NOW)).toEqual(["ES256", "EdDSA"]);
  });
});
