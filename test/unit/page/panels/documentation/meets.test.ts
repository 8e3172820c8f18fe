import { describe, expect, it } from "vitest";
import { meets } from "../../../../../src/page/panels/documentation/meets.js";
import type { Demand } from "../../../../../src/page/schema/protocol.js";
import type { SessionView } from "../../../../../src/page/state/session-view.js";

const NOW = 1000;
const aDemand = (more: Partial<Demand> = {}): Demand => ({
  text: "",
  authenticated: true,
  maxAgeSeconds: null,
  verified: true,
  scopes: [],
  policies: [],
  askedBy: [],
  ...more,
});
const VISITOR: SessionView = { kind: "signedOut", reason: undefined };
const aCaller = (scopes: readonly string[], authTimeSeconds: number | undefined = 950): SessionView => ({
  kind: "signedIn",
  expiresAtSeconds: 2000,
  generation: 1,
  claims: {
    subject: "u",
    sessionId: "s",
    scopes,
    authTimeSeconds,
    issuedAtSeconds: 950,
    expiresAtSeconds: 2000,
    all: {},
  },
});

describe("whether the caller meets a demand", () => {
  it.each<[string, Demand, SessionView, string]>([
    ["nothing is asked of a visitor", aDemand({ authenticated: false }), VISITOR, "met"],
    ["a sign-in is asked of a visitor", aDemand(), VISITOR, "unmet"],
    [
      "a scope alone is asked of a visitor",
      aDemand({ authenticated: false, scopes: [["a"]] }),
      VISITOR,
      "unmet",
    ],
    ["a sign-in is asked of a user", aDemand(), aCaller([]), "met"],
    [
      "all scopes of one alternative are held",
      aDemand({ scopes: [["a", "b"], ["c"]] }),
      aCaller(["c"]),
      "met",
    ],
    [
      "a part of each alternative is held",
      aDemand({
        scopes: [
          ["a", "b"],
          ["c", "d"],
        ],
      }),
      aCaller(["a", "c"]),
      "unmet",
    ],
    ["the sign-in is as old as allowed", aDemand({ maxAgeSeconds: 50 }), aCaller([]), "met"],
    ["the sign-in is older", aDemand({ maxAgeSeconds: 49 }), aCaller([]), "unmet"],
    ["the time of the sign-in is unknown", aDemand({ maxAgeSeconds: 50 }), unknownTime(), "unmet"],
    ["a policy decides", aDemand({ policies: [["p"]] }), aCaller([]), "unknown"],
    [
      "a guard may have been lost",
      aDemand({ authenticated: false, verified: false }),
      aCaller(["a"]),
      "unmet",
    ],
    ["the token cannot be read", aDemand(), { ...aCaller([]), claims: undefined } as SessionView, "unknown"],
  ])("%s", (_, demand, view, kind) => {
    expect(meets(demand, view, NOW).kind).toBe(kind);
  });
});

function unknownTime(): SessionView {
  const view = aCaller([]);
  return view.kind === "signedIn" && view.claims !== undefined
    ? { ...view, claims: { ...view.claims, authTimeSeconds: undefined } }
    : view;
}
