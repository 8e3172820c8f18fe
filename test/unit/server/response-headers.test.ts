import { describe, expect, it } from "vitest";
import type { RequestOutcome } from "../../../src/federation/request/request-context.js";
import { cacheHeaders, retryAfter, wwwAuthenticate } from "../../../src/server/response-headers.js";

const outcome = (values: Partial<RequestOutcome> = {}): RequestOutcome => ({
  touchedGuarded: false,
  carriesTokens: false,
  setCookies: [],
  ...values,
});

describe("WWW-Authenticate", () => {
  it("asks nothing where nothing was refused", () => {
    expect(wwwAuthenticate(outcome(), "full", [])).toBeUndefined();
    expect(
      wwwAuthenticate(outcome({ challenge: { code: "SERVICE_UNAVAILABLE" } }), "full", []),
    ).toBeUndefined();
  });

  it("names a bad token even under the closest disclosure, since its holder knows already", () => {
    expect(wwwAuthenticate(outcome({ credentialRefused: "TOKEN_EXPIRED" }), "none", [])).toBe(
      'Bearer error="invalid_token"',
    );
  });

  const stepUp = outcome({ challenge: { code: "STEP_UP_REQUIRED", maxAge: 300, scopes: [["a"]] } });
  const forbidden = outcome({ challenge: { code: "FORBIDDEN", scopes: [["a", "b"], ["c"]] } });

  it.each([
    ["none", "Bearer", "Bearer"],
    [
      "codes",
      'Bearer error="insufficient_user_authentication", max_age="300"',
      'Bearer error="insufficient_scope"',
    ],
    [
      "full",
      'Bearer error="insufficient_user_authentication", max_age="300", scope="a"',
      'Bearer error="insufficient_scope", scope="c"',
    ],
  ] as const)("discloses under `%s` only what it may", (disclosure, forStepUp, forForbidden) => {
    expect(wwwAuthenticate(stepUp, disclosure, [])).toBe(forStepUp);
    expect(wwwAuthenticate(forbidden, disclosure, [])).toBe(forForbidden);
    expect(wwwAuthenticate(outcome({ challenge: { code: "UNAUTHENTICATED" } }), disclosure, [])).toBe(
      "Bearer",
    );
  });
});

describe("WWW-Authenticate without a challenge", () => {
  it.each([
    ["UNAUTHENTICATED", "Bearer"],
    ["FORBIDDEN", "Bearer"],
    ["STEP_UP_REQUIRED", "Bearer"],
    ["INVALID_CREDENTIALS", undefined],
    ["SUBGRAPH_ERROR", undefined],
  ])("is bare for %s: %s", (code, expected) => {
    expect(wwwAuthenticate(outcome(), "none", [{ extensions: { code } }])).toBe(expected);
  });
});

describe("Retry-After", () => {
  it("is set only on 429 and 503 and has the longest wait", () => {
    const errors = [
      { extensions: { code: "RATE_LIMITED", retryAfter: 7.2 } },
      { extensions: { retryAfter: 3 } },
    ];
    expect(retryAfter(429, outcome(), errors)).toBe(8);
    expect(retryAfter(503, outcome({ retryAfter: 30 }), errors)).toBe(30);
    expect(retryAfter(503, outcome(), [])).toBe(5);
    expect(retryAfter(200, outcome({ retryAfter: 30 }), errors)).toBeUndefined();
  });
});

describe("Cache-Control", () => {
  it.each([
    [outcome(), 200, undefined],
    [outcome({ touchedGuarded: true }), 200, "private"],
    [outcome({ carriesTokens: true, touchedGuarded: true }), 200, "no-store"],
    [outcome({ credentialRefused: "TOKEN_INVALID" }), 401, "no-store"],
    [outcome({ touchedGuarded: true }), 401, "no-store"],
  ])("keeps %j at %i: %s", (what, status, expected) => {
    const headers = new Map(cacheHeaders(what, status));
    expect(headers.get("cache-control")).toBe(expected);
    expect(headers.get("vary")).toBe(expected === undefined ? undefined : "Authorization, Cookie");
  });
});

describe("where clients may use DPoP (RFC 9449 §7.1)", () => {
  const algs = "ES256 EdDSA";
  const challenged = (given: Partial<RequestOutcome>, isProof: boolean, reason?: string) =>
    wwwAuthenticate(
      outcome(given),
      "codes",
      reason === undefined ? [] : [{ extensions: { code: "UNAUTHENTICATED", reason } as never }],
      { algs, isProof },
    );

  it("a challenge names both schemes, and after a DPoP credential that one", () => {
    const both = `Bearer error="invalid_token", DPoP algs="${algs}"`;
    expect(challenged({ credentialRefused: "TOKEN_EXPIRED" }, false)).toBe(both);
    expect(challenged({ credentialRefused: "TOKEN_EXPIRED" }, true)).toBe(
      `DPoP error="invalid_token", algs="${algs}"`,
    );
    expect(challenged({ challenge: { code: "UNAUTHENTICATED" } }, false)).toBe(`Bearer, DPoP algs="${algs}"`);
    expect(challenged({}, true)).toBeUndefined();
  });

  it.each([
    ["DPOP_NONCE_REQUIRED", "use_dpop_nonce"],
    ["DPOP_PROOF_INVALID", "invalid_dpop_proof"],
  ] as const)("%s is %s, also when a field of an exempt operation reports it", (reason, error) => {
    const expected = `DPoP error="${error}", algs="${algs}"`;
    expect(challenged({ credentialRefused: reason }, true)).toBe(expected);
    expect(challenged({}, false, reason)).toBe(expected);
  });
});
