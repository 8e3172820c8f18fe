import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { authSubgraphSdl } from "../../src/auth-subgraph/sdl.js";
import { composeGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { ROTATION_LEAD_SECONDS, retireKey, rotateKeys } from "../../src/tokens/key-rotation.js";
import { createFakeClock } from "../support/fake-clock.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const CHEAP = { memoryCost: 1024, timeCost: 1, parallelism: 1 };

async function aGateway() {
  const directory = mkdtempSync(join(tmpdir(), "cardea-rotation-"));
  const path = (name: string): string => join(directory, name);
  const clock = createFakeClock(Date.now());
  const first = await generateKey();
  const write = (records: readonly KeyRecord[]): void =>
    writeFileSync(path("key.json"), formatKeyFile(records));
  write([first]);
  writeFileSync(path("identity.json"), formatKeyFile([await generateKey()]));
  await addUser(path("users.yaml"), {
    username: "ada",
    passwordHash: await hashPassword("correct horse", CHEAP),
  });
  const supergraph = composeSubgraphs([
    { name: "a", url: "http://127.0.0.1:9", sdl: "type Query { a: Int }" },
    { name: "auth", url: "cardea://auth", sdl: authSubgraphSdl() },
  ]);
  writeFileSync(path("supergraph.graphql"), supergraph.supergraphSdl);
  const gateway = await composeGateway(
    checkConfig(
      {
        supergraph: path("supergraph.graphql"),
        server: { port: 0 },
        ops: { port: 0 },
        log: { level: "silent" },
        tokens: { keys: [path("key.json")] },
        identity: { keys: [path("identity.json")] },
        users: { path: path("users.yaml") },
      },
      { environment: {} },
    ),
    { clock },
  );
  closers.push(() => gateway.stop());
  const ask = async (query: string, variables: object, token?: string) => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: await response.json() };
  };
  const login = async (): Promise<string> => {
    const query =
      "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }";
    const { body } = await ask(query, { input: { username: "ada", password: "correct horse" } });
    return body.data.login.accessToken;
  };
  const origin = new URL(gateway.url).origin;
  const published = async (): Promise<readonly string[]> => {
    const { keys } = await (await fetch(`${origin}/.well-known/jwks.json`)).json();
    return keys.map((key: { kid: string }) => key.kid);
  };
  const session = (token: string) => ask("{ session { id } }", {}, token);
  return { gateway, clock, first, write, login, published, session, origin };
}

describe("a key rotated while the gateway runs", () => {
  it("is published a cache period ahead, takes over on time, and leaves older tokens valid", async () => {
    const { clock, first, write, login, published, session, origin, gateway } = await aGateway();
    const before = await login();
    expect(decodeProtectedHeader(before).kid).toBe(first.kid);

    const fresh = await generateKey();
    write(rotateKeys([first], fresh, Math.floor(clock.nowMs() / 1000)));
    await expect.poll(published, { timeout: 10_000 }).toEqual([first.kid, fresh.kid]);
    expect(decodeProtectedHeader(await login()).kid).toBe(first.kid);

    // Just before the change-over a token is signed by the old key, and outlives it.
    clock.advanceSeconds(ROTATION_LEAD_SECONDS - 1);
    const last = await login();
    expect(decodeProtectedHeader(last).kid).toBe(first.kid);
    clock.advanceSeconds(1);
    const after = await login();
    expect(decodeProtectedHeader(after).kid).toBe(fresh.kid);
    for (const token of [last, after]) {
      expect(await session(token)).toMatchObject({
        status: 200,
        body: { data: { session: { id: expect.any(String) } } },
      });
    }

    const keys = createRemoteJWKSet(new URL(`${origin}/.well-known/jwks.json`));
    const oracle = await jwtVerify(after, keys, {
      issuer: gateway.issuer,
      currentDate: new Date(clock.nowMs()),
    });
    expect(oracle.protectedHeader.kid).toBe(fresh.kid);
  });

  it("is refused from the moment it is retired in an emergency", async () => {
    const { clock, first, write, login, session, published } = await aGateway();
    const stolen = await login();
    expect((await session(stolen)).status).toBe(200);
    const now = Math.floor(clock.nowMs() / 1000);
    const fresh = await generateKey();
    write(retireKey(rotateKeys([first], fresh, now, 0), first.kid, now));
    await expect.poll(published, { timeout: 10_000 }).toEqual([fresh.kid]);
    expect(await session(stolen)).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" } }] },
    });
    expect((await session(await login())).status).toBe(200);
  });

  it("never appears in the other issuer's key set", async () => {
    const { origin } = await aGateway();
    const material = async (path: string): Promise<readonly string[]> => {
      const { keys } = await (await fetch(`${origin}${path}/.well-known/jwks.json`)).json();
      return keys.flatMap((key: { kid: string; x: string; y: string }) => [key.kid, key.x, key.y]);
    };
    const [tokens, identity] = [await material(""), await material("/identity")];
    expect(tokens).toHaveLength(3);
    expect(identity).toHaveLength(3);
    expect(tokens.filter((member) => identity.includes(member))).toEqual([]);
  });
});
