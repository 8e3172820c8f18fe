import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { formatKeyFile, keyFiles, parseKeyFile } from "../../../src/tokens/key-file.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { watchKeys } from "../../../src/tokens/key-watch.js";
import { NOW } from "../../support/token-builders.js";

describe("a key file", () => {
  it("gives back the keys that were written, with their times of service", async () => {
    const keys = [await generateKey(), { ...(await generateKey("EdDSA", NOW)), retiredAt: NOW + 5 }];
    const read = await parseKeyFile(formatKeyFile(keys), "keys.json");
    expect(
      read.map(({ kid, algorithm, activeFrom, retiredAt }) => ({ kid, algorithm, activeFrom, retiredAt })),
    ).toEqual(
      keys.map((key) => ({
        kid: key.kid,
        algorithm: key.algorithm,
        activeFrom: key.activeFrom,
        retiredAt: "retiredAt" in key ? key.retiredAt : undefined,
      })),
    );
    expect(createKeyRing(read).signing(NOW).kid).toBe(keys[1]?.kid);
  });

  it("may be a bare JWK of another tool: the id is its thumbprint then", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [key] = await parseKeyFile(JSON.stringify(privateKey.export({ format: "jwk" })), "key.json");
    expect(key).toMatchObject({
      algorithm: "ES256",
      activeFrom: 0,
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each([
    ["no JSON", "{ not json", /not JSON/],
    ["an RSA key without alg", JSON.stringify(rsa(2048)), /`alg` one of/],
    ["a short RSA key", JSON.stringify({ ...rsa(1024), alg: "RS256" }), /1024 bits/],
    ["an algorithm of another key type", JSON.stringify({ ...ec(), alg: "RS256" }), /does not fit/],
    ["a symmetric key", JSON.stringify({ kty: "oct", k: "c2VjcmV0", alg: "HS256" }), /does not fit/],
    ["a public key", JSON.stringify({ ...ec(), d: undefined }), /private/],
    ["an encryption key", JSON.stringify({ ...ec(), use: "enc" }), /`use`/],
    ["a time in words", JSON.stringify({ ...ec(), active_from: "tomorrow" }), /Unix seconds/],
    ["a private part of another key", JSON.stringify({ ...ec(), d: ec().d }), /do not belong/],
    ["an empty set", JSON.stringify({ keys: [] }), /empty key set/],
  ])("is refused with %s", async (_, text, message) => {
    await expect(parseKeyFile(text, "keys.json")).rejects.toThrow(message);
  });

  it("never quotes what it holds", async () => {
    const secret = "c2VjcmV0LXZhbHVl";
    for (const text of [`{ "d": "${secret}"`, JSON.stringify({ ...ec(), d: secret })]) {
      const error: unknown = await parseKeyFile(text, "keys.json").catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).not.toContain(secret);
      expect(JSON.stringify(error)).not.toContain(secret);
    }
  });

  it("reports the problems of all files at once", async () => {
    const directory = await mkdtemp(join(tmpdir(), "cardea-keys-"));
    await writeFile(join(directory, "bad.json"), "{}");
    const source = keyFiles([join(directory, "bad.json"), join(directory, "absent.json")]);
    await expect(source.load()).rejects.toMatchObject({ problems: [expect.anything(), expect.anything()] });
  });

  it("is reread while running: a new key arrives, a broken file changes nothing and is reported", async () => {
    const directory = await mkdtemp(join(tmpdir(), "cardea-keys-"));
    const path = join(directory, "keys.json");
    const [first, second] = [await generateKey(), await generateKey("ES256", NOW)];
    await writeFile(path, formatKeyFile([first]));
    const source = keyFiles([path]);
    const ring = createKeyRing(await source.load());
    const problems: string[] = [];
    const stop = watchKeys(source, ring, { intervalMs: 10, onProblem: (text) => problems.push(text) });
    try {
      await writeFile(path, formatKeyFile([first, second]));
      await expect.poll(() => ring.signing(NOW).kid).toBe(second.kid);
      await writeFile(path, "{ broken");
      await expect.poll(() => problems.length).toBeGreaterThan(0);
      expect(ring.signing(NOW).kid).toBe(second.kid);
    } finally {
      stop();
    }
  });
});

function rsa(modulusLength: number) {
  return generateKeyPairSync("rsa", { modulusLength }).privateKey.export({ format: "jwk" });
}

function ec() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
}
