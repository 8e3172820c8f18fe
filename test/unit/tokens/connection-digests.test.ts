import { describe, expect, it } from "vitest";
import { ConnectionDigests } from "../../../src/tokens/connection-digests.js";
import { tokenDigest } from "../../../src/tokens/token-digest.js";

/** A token as it is read from a header: a part of a longer text, and a new string each time. */
const heard = (token: string): string => Buffer.from(`Bearer ${token}`, "latin1").toString("latin1").slice(7);

const TOKEN = "t".repeat(620);
const TOKENS = [
  TOKEN,
  `${TOKEN.slice(0, -1)}u`,
  `u${TOKEN.slice(1)}`,
  TOKEN.slice(0, -1),
  `${TOKEN}t`,
  "",
  "t",
  // The same bytes, if characters were cut to eight bits.
  `${TOKEN.slice(0, -1)}\u0174`,
];

describe("what a connection spoke last", () => {
  it("has the digest of its whole text, whatever was spoken before", () => {
    const digests = new ConnectionDigests();
    const connection = {};
    for (const before of TOKENS)
      for (const token of TOKENS) {
        digests.of(heard(before), connection);
        expect(digests.of(heard(token), connection)).toBe(tokenDigest(heard(token)));
        expect(digests.of(heard(token), connection)).toBe(tokenDigest(heard(token)));
      }
  });

  it("is kept per connection, even if connections look alike", () => {
    const digests = new ConnectionDigests();
    const [one, other] = [{}, {}];
    for (const [at, token] of [...TOKENS, ...TOKENS].entries()) {
      expect(digests.of(token, one)).toBe(tokenDigest(token));
      const next = TOKENS[(at + 1) % TOKENS.length] ?? "";
      expect(digests.of(next, other)).toBe(tokenDigest(next));
      expect(digests.of(token, one)).toBe(tokenDigest(token));
    }
  });

  it("has its digest where there is no connection, and after it was forgotten", () => {
    const digests = new ConnectionDigests();
    const connection = {};
    for (const token of TOKENS) {
      expect(digests.of(token, undefined)).toBe(tokenDigest(token));
      digests.of(token, connection);
      digests.forget(connection);
      digests.forget(undefined);
      expect(digests.of(`${token}x`, connection)).toBe(tokenDigest(`${token}x`));
    }
  });
});
