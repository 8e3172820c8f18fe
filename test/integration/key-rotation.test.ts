import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { keyId } from "../../src/domain/brand.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { ROTATION_LEAD_SECONDS, retireKey, rotateKeys } from "../../src/tokens/key-rotation.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aGateway() {
  const directory = gatewayDirectory();
  const [keyPath, identityPath] = [join(directory, "key.json"), join(directory, "identity.json")];
  const write = (records: readonly KeyRecord[]): void => writeFileSync(keyPath, formatKeyFile(records));
  const writeIdentity = (records: readonly KeyRecord[]): void =>
    writeFileSync(identityPath, formatKeyFile(records));
  const [first, identity] = await Promise.all([generateKey(), generateKey()]);
  write([first]);
  writeIdentity([identity]);
  const harness = await startAuthGateway(
    { tokens: { keys: [keyPath] }, identity: { keys: [identityPath] } },
    directory,
  );
  closers.push(() => harness.stop());
  const published = async (issuer = ""): Promise<readonly string[]> => {
    const { keys } = await (await fetch(`${harness.origin}${issuer}/.well-known/jwks.json`)).json();
    return keys.map((key: { kid: string }) => key.kid);
  };
  const login = async (): Promise<string> => (await harness.login()).accessToken;
  const session = (token: string) => harness.ask("{ session { id } }", {}, token);
  return { ...harness, login, first, identity, write, writeIdentity, published, session };
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

  it("is not taken over from the other ring, in either direction and under any name", async () => {
    const { first, identity, write, writeIdentity, published, events, session, login } = await aGateway();
    const token = await login();
    const faults = () => events.flatMap((event) => (event.type === "fault" ? [event.reason] : []));

    write([first, { ...identity, kid: keyId("another-name") }]);
    await expect
      .poll(faults, { timeout: 10_000 })
      .toContainEqual(
        expect.stringMatching(/^tokens\.keys: .*key another-name, which also signs identity tokens/),
      );
    writeIdentity([identity, first]);
    await expect
      .poll(faults, { timeout: 10_000 })
      .toContainEqual(expect.stringMatching(/^identity\.keys: .*which also signs access tokens/));
    expect([await published(), await published("/identity")]).toEqual([[first.kid], [identity.kid]]);
    expect((await session(token)).status).toBe(200);

    // Once the files are right again they are followed.
    const fresh = await generateKey();
    write([first, fresh]);
    await expect.poll(published, { timeout: 10_000 }).toEqual([first.kid, fresh.kid]);
  });
});
