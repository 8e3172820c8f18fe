import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { userReference } from "../../../src/credentials/user-directory.js";
import { tenantId, userId } from "../../../src/domain/brand.js";
import { partitionOf, publicSessionId, sessionAddress } from "../../../src/domain/session.js";
import {
  createRefreshTokenRing,
  hashesAfter,
  type RefreshToken,
  secretHash,
} from "../../../src/tokens/refresh-token.js";

interface Vector {
  readonly tenant: string;
  readonly user: string;
  readonly reference: string;
  readonly partition: number;
  readonly sessionId: string;
  readonly kid: number;
  readonly generation: number;
  readonly secret: string;
  readonly hash: string;
  readonly token: string;
  readonly successorKid: number;
  readonly successor: string;
  readonly successorHash: string;
}
const file: { peppers: Record<string, string>; vectors: Vector[] } = JSON.parse(
  readFileSync(new URL("../../vectors/refresh-token.json", import.meta.url), "utf8"),
);
const peppers = Object.entries(file.peppers).map(([id, secret]) => ({ id: Number(id), secret }));
const ring = createRefreshTokenRing(peppers);

const aToken = (overrides: Partial<RefreshToken> = {}): RefreshToken => ({
  kid: 1,
  reference: randomBytes(16),
  session: randomBytes(16),
  generation: 3,
  secret: randomBytes(32),
  ...overrides,
});

/** Rewrites bytes of a token; with a pepper, signs the result like an insider would. */
function tamper(text: string, change: (bytes: Buffer) => void, pepper?: string): string {
  const bytes = Buffer.from(text.slice(4), "base64url");
  change(bytes);
  if (pepper !== undefined) {
    const key = createHmac("sha256", pepper).update("cardea/rt/mac/1").digest();
    createHmac("sha256", key).update(bytes.subarray(0, 71)).digest().copy(bytes, 71, 0, 16);
  }
  return `crt_${bytes.toString("base64url")}`;
}

describe("the bytes of a refresh token", () => {
  it.each(file.vectors)("match the committed vector $sessionId", (vector) => {
    const token = ring.parse(vector.token);
    expect(token).toMatchObject({ kid: vector.kid, generation: vector.generation });
    if (token === undefined) throw new Error("unreadable");
    expect(token.secret.toString("base64url")).toBe(vector.secret);
    expect(secretHash(token)).toBe(vector.hash);
    expect(ring.format(token)).toBe(vector.token);
    const successor = ring.successor(token, vector.successorKid);
    expect(ring.format(successor)).toBe(vector.successor);
    expect(secretHash(successor)).toBe(vector.successorHash);
    const reference = userReference(tenantId(vector.tenant), userId(vector.user));
    expect(reference).toBe(vector.reference);
    expect(token.reference.toString("base64url")).toBe(reference);
    expect(partitionOf(token.reference)).toBe(vector.partition);
    expect(publicSessionId(vector.partition, token.session)).toBe(vector.sessionId);
  });

  it("are 87, which base64url spells in exactly one way", () => {
    const text = ring.format(aToken());
    expect(text).toMatch(/^crt_[A-Za-z0-9_-]{116}$/);
  });

  it("keep tenant and user apart where their names could run together", () => {
    const split = (tenant: string, user: string) => userReference(tenantId(tenant), userId(user));
    expect(split("ab", "c")).not.toBe(split("a", "bc"));
  });
});

describe("a refresh token is refused", () => {
  const good = ring.format(aToken());
  it.each([
    ["nothing", undefined],
    ["a number", 7],
    ["empty text", ""],
    ["only the prefix", "crt_"],
    ["another prefix", good.replace("crt_", "cat_")],
    ["one character more", `${good}A`],
    ["one character less", good.slice(0, -1)],
    ["white space around", ` ${good.slice(0, -1)}`],
    ["padding", `${good.slice(0, -1)}=`],
    ["the other base64 alphabet", `crt_${Buffer.alloc(87, 255).toString("base64")}`],
    ["a JWT", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"],
    ["a megabyte", "crt_".padEnd(1_000_000, "A")],
  ])("when it is %s", (_, text) => {
    expect(ring.parse(text)).toBeUndefined();
  });

  it("when any single bit is another", () => {
    const bytes = Buffer.from(good.slice(4), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = tamper(good, (copy) => {
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      });
      expect(ring.parse(forged), `bit ${bit}`).toBeUndefined();
    }
  });

  it.each([
    ["another version", 0, 2],
    ["flags this version does not know", 1, 2],
    ["a pepper outside the ring", 2, 9],
  ])("when it is well signed but of %s", (_, position, value) => {
    const signed = tamper(
      good,
      (bytes) => {
        bytes[position] = value;
      },
      file.peppers["1"],
    );
    expect(ring.parse(signed)).toBeUndefined();
  });

  it("when its pepper was retired in an emergency", () => {
    const text = ring.format(aToken({ kid: 2 }));
    expect(createRefreshTokenRing(peppers.filter(({ id }) => id !== 2)).parse(text)).toBeUndefined();
  });

  it("when it is anything random, without ever throwing", () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ maxLength: 130 }), (thing, text) => {
        expect(ring.parse(thing)).toBeUndefined();
        expect(ring.parse(`crt_${text}`)).toBeUndefined();
      }),
    );
  });
});

describe("a bound refresh token", () => {
  const bound = aToken({ isBound: true });
  const key = randomBytes(32).toString("base64url");

  it("says so under its MAC, and so do its successors", () => {
    const text = ring.format(bound);
    expect(ring.parse(text)).toEqual(bound);
    expect(ring.parse(tamper(text, (bytes) => (bytes[1] = 0)))).toBeUndefined();
    expect(ring.successor(bound, 1).isBound).toBe(true);
    expect(ring.successor(aToken(), 1)).not.toHaveProperty("isBound");
  });

  it("is stored by its secret and its key together: SHA-256(S ‖ jkt)", () => {
    const hash = createHash("sha256")
      .update(Buffer.concat([bound.secret, Buffer.from(key, "base64url")]))
      .digest("base64url");
    expect(secretHash(bound, key)).toBe(hash);
    const { next, ahead } = hashesAfter(ring, bound, key);
    expect(next).toBe(secretHash(ring.successor(bound, bound.kid), key));
    expect(
      new Set([
        next,
        ahead,
        ...Object.values(hashesAfter(ring, bound, randomBytes(32).toString("base64url"))),
      ]).size,
    ).toBe(4);
  });

  it("has no hash without a key, and an unbound one has no other hash with one", () => {
    expect(() => secretHash(bound)).toThrow(TypeError);
    expect(() => secretHash(bound, "AAAA")).toThrow(TypeError);
    const bearer = aToken();
    expect(secretHash(bearer, key)).toBe(secretHash(bearer));
  });
});

describe("a successor", () => {
  it("is the same on every node", () => {
    const token = aToken();
    const other = createRefreshTokenRing(peppers);
    expect(other.format(other.successor(token, 2))).toBe(ring.format(ring.successor(token, 2)));
  });

  it("follows from the pepper the token names, not from the one it will carry", () => {
    const token = aToken();
    expect(ring.successor(token, 2).secret).toEqual(ring.successor(token, 1).secret);
    expect(ring.successor({ ...token, kid: 2 }, 1).secret).not.toEqual(ring.successor(token, 1).secret);
  });

  it.each([
    ["user", { reference: randomBytes(16) }],
    ["session", { session: randomBytes(16) }],
    ["generation", { generation: 4 }],
    ["secret", { secret: randomBytes(32) }],
  ])("depends on the %s", (_, other) => {
    const token = aToken();
    expect(ring.successor({ ...token, ...other }, 1).secret).not.toEqual(ring.successor(token, 1).secret);
  });
});

describe("a pepper ring is refused at start", () => {
  it.each([
    ["empty", []],
    ["with a short secret", [{ id: 1, secret: "short" }]],
    [
      "with one id twice",
      [
        { id: 1, secret: "p".repeat(32) },
        { id: 1, secret: "q".repeat(32) },
      ],
    ],
    ["with an id that does not fit a byte", [{ id: 256, secret: "p".repeat(32) }]],
  ])("%s", (_, list) => {
    expect(() => createRefreshTokenRing(list)).toThrow(TypeError);
  });

  it("without telling the secret", () => {
    expect(() => createRefreshTokenRing([{ id: 1, secret: "sesame-open" }])).toThrow(/^(?!.*sesame)/);
  });
});

describe("a public session id", () => {
  const good = publicSessionId(3, Buffer.alloc(16, 7));
  it.each([
    ["nothing", ""],
    ["too short", good.slice(0, -1)],
    ["too long", `${good}A`],
    ["not base64url", "!".repeat(23)],
    ["of a partition there is not", publicSessionId(64, Buffer.alloc(16, 7))],
    ["spelt with spare bits set", `${good.slice(0, -1)}d`],
  ])("is refused when it is %s", (_, text) => {
    expect(sessionAddress(text)).toBeUndefined();
  });

  it("contains its partition and its name", () => {
    const bytes = randomBytes(16);
    expect(sessionAddress(publicSessionId(63, bytes))).toEqual({
      partition: 63,
      name: bytes.toString("base64url"),
    });
  });
});
