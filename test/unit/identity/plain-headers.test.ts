import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import type { Authenticated } from "../../../src/domain/principal.js";
import { plainHeaders } from "../../../src/identity/plain-headers.js";

const subjectHeader = (subject: string): string | undefined => {
  const principal: Authenticated = {
    ...{ kind: "user", issuer: "local", subject: userId(subject), tenant: DEFAULT_TENANT, scopes: new Set() },
    ...{ amr: [], issuedAt: 0, expiresAt: 1, claims: {} },
  };
  return plainHeaders(principal)["x-user-id"];
};

describe("an identity in plain headers", () => {
  it("never makes two subjects one, and is visible ASCII", () => {
    // Code units of every kind, halves of pairs among them.
    const unit = fc.oneof(
      fc.constantFrom("%", "2", "5", "E", "D", "A", "0", "\ufffd", "\ud83d", "\ude00"),
      fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    );
    const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(""));
    fc.assert(
      fc.property(text, text, (one, two) => {
        expect(subjectHeader(one) === subjectHeader(two)).toBe(one === two);
        expect(subjectHeader(one)).toMatch(/^[\x21-\x7e]*$/);
      }),
      {
        numRuns: 2000,
        examples: [
          ["\ud800", "\ud801"],
          ["\ud800", "\ufffd"],
        ],
      },
    );
  });
});
