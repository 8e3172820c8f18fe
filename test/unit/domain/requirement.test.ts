import { describe, expect, it } from "vitest";
import { ANONYMOUS } from "../../../src/domain/principal.js";
import {
  allOf,
  covers,
  disjunctiveForm,
  type Facts,
  judge,
  normalise,
  OPEN,
  type Requirement,
  requirementKey,
  UNVERIFIED,
} from "../../../src/domain/requirement.js";
import { aUser, cpuMs, NOW } from "../authorization/support.js";

const facts = (given: Partial<Facts> = {}): Facts => ({
  principal: aUser(),
  nowSeconds: NOW,
  degraded: false,
  policy: () => false,
  ...given,
});
const needs = (given: Partial<Requirement>): Requirement => ({ ...OPEN, authenticated: true, ...given });
const age = (seconds: number) => facts({ principal: aUser({ authTime: NOW - seconds }) });
const holding = (...scopes: string[]) => facts({ principal: aUser({ scopes }) });

describe("judge", () => {
  it("asks an anonymous caller to sign in before anything else", () => {
    const everything = needs({ scopes: [[["a"]]], maxAgeSeconds: 1 });
    expect(judge(everything, facts({ principal: ANONYMOUS }))).toBe("UNAUTHENTICATED");
  });

  it("reports a missing scope before a stale login, which a new login could not fix", () => {
    expect(judge(needs({ scopes: [[["a"]]], maxAgeSeconds: 1 }), facts())).toBe("FORBIDDEN");
  });

  it.each([
    [60, 60, "GRANTED"],
    [61, 60, "STEP_UP_REQUIRED"],
    [-60, 60, "GRANTED"],
    [-61, 60, "STEP_UP_REQUIRED"],
    [-86_400, 60, "STEP_UP_REQUIRED"],
  ])("judges a login %i s ago under a window of %i s as %s", (ago, maxAgeSeconds, verdict) => {
    expect(judge(needs({ maxAgeSeconds }), age(ago))).toBe(verdict);
  });

  it.each([
    ["missing", {}],
    ["fractional", { authTime: NOW + 0.5 }],
    ["not a number", { authTime: Number.NaN }],
    ["infinite", { authTime: Number.POSITIVE_INFINITY }],
    ["in milliseconds", { authTime: NOW * 1000 }],
    ["negative", { authTime: -1 }],
  ])("takes an auth_time that is %s for stale", (_name, given) => {
    const { authTime: _dropped, ...without } = aUser();
    const principal = { ...without, ...given };
    expect(judge(needs({ maxAgeSeconds: 4_000_000_000 }), facts({ principal }))).toBe("STEP_UP_REQUIRED");
  });

  it("closes freshness while the revocation view is stale, and nothing else", () => {
    const fresh = { ...age(0), degraded: true };
    expect(judge(needs({ maxAgeSeconds: 60 }), fresh)).toBe("SERVICE_UNAVAILABLE");
    expect(judge(needs({}), fresh)).toBe("GRANTED");
  });

  it("compares scopes exactly", () => {
    const admin = needs({ scopes: [[["Admin"]]] });
    expect(judge(admin, holding("admin", "ADMIN", "Admin ", "Admin*"))).toBe("FORBIDDEN");
    expect(judge(admin, holding("Admin"))).toBe("GRANTED");
  });

  it("admits nobody to what is not verified", () => {
    expect(judge(allOf([UNVERIFIED, needs({})]), facts())).toBe("SERVICE_UNAVAILABLE");
  });
});

describe("allOf", () => {
  it("keeps the shortest window and every clause", () => {
    const both = allOf([
      needs({ maxAgeSeconds: 3600, scopes: [[["a"]]] }),
      needs({ maxAgeSeconds: 60, scopes: [[["b"], ["c"]]] }),
    ]);
    expect(both).toMatchObject({ maxAgeSeconds: 60, scopes: [[["a"]], [["b"], ["c"]]] });
  });

  it("gives equal demands one key, whatever their order", () => {
    const a = needs({ scopes: [[["a"]]] });
    const b = needs({ scopes: [[["b"]]], maxAgeSeconds: 9 });
    expect(requirementKey(allOf([a, b]))).toBe(requirementKey(allOf([b, a, b])));
  });

  it("distinguishes requirements whose names would run together", () => {
    const together = needs({ scopes: [normalise([["a", "b"]])] });
    const apart = needs({ scopes: [normalise([["a"], ["b"]])] });
    expect(requirementKey(together)).not.toBe(requirementKey(apart));
  });
});

describe("covers", () => {
  const clause = (...alternatives: string[][]) => needs({ scopes: [normalise(alternatives)] });
  it.each([
    ["all of two covers one of them", clause(["a", "b"]), clause(["a"]), true],
    ["one does not cover both", clause(["a"]), clause(["a", "b"]), false],
    ["one covers either", clause(["a"]), clause(["a"], ["b"]), true],
    ["either does not cover one", clause(["a"], ["b"]), clause(["a"]), false],
    ["an open element covers no guard", OPEN, needs({}), false],
    ["any guard covers an open element", needs({}), OPEN, true],
    ["a shorter window covers a longer", needs({ maxAgeSeconds: 1 }), needs({ maxAgeSeconds: 2 }), true],
    ["a longer window does not", needs({ maxAgeSeconds: 2 }), needs({ maxAgeSeconds: 1 }), false],
    ["no window covers none", needs({}), needs({ maxAgeSeconds: 1 }), false],
    [
      "a product covers its factors",
      clause(["a", "x"], ["a", "y"]),
      allOf([clause(["a"]), clause(["x"], ["y"])]),
      true,
    ],
    [
      "factors cover their product",
      allOf([clause(["a"]), clause(["x"], ["y"])]),
      clause(["a", "x"], ["a", "y"]),
      true,
    ],
  ])("%s", (_name, actual, demanded, expected) => {
    expect(covers(actual, demanded)).toBe(expected);
  });
});

describe("disjunctiveForm", () => {
  it("multiplies clauses out and drops what is implied", () => {
    expect(disjunctiveForm([[["a"]], [["a"], ["b"]]], 8)).toEqual([["a"]]);
    expect(
      disjunctiveForm(
        [
          [["a", "b"], ["c"]],
          [["d"], ["e"]],
        ],
        8,
      ),
    ).toEqual([
      ["c", "d"],
      ["c", "e"],
      ["a", "b", "d"],
      ["a", "b", "e"],
    ]);
  });

  it("stays small for clauses that multiply", () => {
    const clauses = Array.from({ length: 40 }, (_, index) => [[`a${index}`], [`b${index}`]]);
    expect(cpuMs(() => expect(disjunctiveForm(clauses, 8)).toHaveLength(8))).toBeLessThan(500);
  });
});
