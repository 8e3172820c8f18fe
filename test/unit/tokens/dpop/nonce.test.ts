import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createProofNonces } from "../../../../src/tokens/dpop/nonce.js";
import { A_PEPPER } from "../../../support/secrets.js";

const FIRST = { id: 1, secret: A_PEPPER };
const SECOND = { id: 2, secret: A_PEPPER.toUpperCase() };
/** The beginning of a window. */
const T = 30_000_000 * 60;

describe("a nonce", () => {
  it("is its window and a MAC of it: base64url(u32 ‖ HMAC-128)", () => {
    const bytes = Buffer.from(createProofNonces([FIRST]).current(T + 59), "base64url");
    expect(bytes.readUInt32BE(0)).toBe(30_000_000);
    const mac = createHmac("sha256", A_PEPPER)
      .update("cardea/dpop/nonce/1")
      .update(bytes.subarray(0, 4))
      .digest();
    expect(bytes.subarray(4)).toEqual(mac.subarray(0, 16));
  });

  it("is accepted in its window and in the next one", () => {
    const nonces = createProofNonces([FIRST]);
    const nonce = nonces.current(T);
    expect(nonces.accept(nonce, T - 1)).toBeUndefined();
    expect(nonces.accept(nonce, T + 59)).toEqual({ window: 30_000_000, isCurrent: true });
    expect(nonces.accept(nonce, T + 60)).toEqual({ window: 30_000_000, isCurrent: false });
    expect(nonces.accept(nonce, T + 119)).toEqual({ window: 30_000_000, isCurrent: false });
    expect(nonces.accept(nonce, T + 120)).toBeUndefined();
  });

  it("is accepted under every pepper of the ring, so that peppers can be changed", () => {
    const before = createProofNonces([FIRST]);
    const during = createProofNonces([SECOND, FIRST]);
    expect(during.accept(before.current(T), T)).toBeDefined();
    expect(before.accept(during.current(T), T)).toBeUndefined();
    expect(during.current(T)).toBe(createProofNonces([SECOND]).current(T));
  });

  it("cannot be made without the pepper", () => {
    const nonces = createProofNonces([FIRST]);
    const nonce = nonces.current(T);
    for (let index = 0; index < nonce.length; index += 1) {
      const other = nonce[index] === "A" ? "B" : "A";
      expect(nonces.accept(nonce.slice(0, index) + other + nonce.slice(index + 1), T)).toBeUndefined();
    }
    for (const text of [undefined, 7, "", `${nonce}=`, nonce.slice(1)])
      expect(nonces.accept(text, T)).toBeUndefined();
  });

  it("needs a pepper", () => {
    expect(() => createProofNonces([])).toThrow(TypeError);
  });
});
