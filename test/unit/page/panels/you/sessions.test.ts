import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { GatewayUnavailableError, RefusedError, SignedOutError } from "../../../../../src/client/errors.js";
import type { AuthField } from "../../../../../src/http/page/contract.js";
import { claimRows } from "../../../../../src/page/panels/you/claim-rows.js";
import { endText, refusalText } from "../../../../../src/page/panels/you/refusal-text.js";
import {
  endedSince,
  fieldOf,
  type ListedSession,
  sessionDocuments,
} from "../../../../../src/page/panels/you/sessions-query.js";
import { KNOWN_REASONS, timelineLine } from "../../../../../src/page/panels/you/timeline.js";

const SCHEMA = readFileSync(new URL("../../../../../schema/auth.graphql", import.meta.url), "utf8");
const schema = buildSchema(SCHEMA.replace(/extend schema[\s\S]*?\n\n/, ""));
const reasons = [
  ...(/enum AuthSessionEventReason \{([^}]*)\}/.exec(SCHEMA)?.[1] ?? "").matchAll(/^ {2}([A-Z_]+)$/gm),
];
const FIELDS: Readonly<Record<AuthField, string | null>> = {
  session: "session",
  sessions: "sessions",
  sessionEvents: "sessionEvents",
  login: "login",
  completeLogin: "completeLogin",
  refreshToken: "refreshToken",
  signOut: "signOut",
  reauthenticate: "reauthenticate",
  revokeSession: "revokeSession",
  revokeOtherSessions: "revokeOtherSessions",
  revokeAllSessions: "revokeAllSessions",
};
const aSession = (id: string): ListedSession => ({
  id,
  createdAt: 0,
  lastSeenAt: 0,
  expiresAt: 0,
  authTime: 0,
  scopes: [],
  device: null,
  ip: null,
  current: false,
  events: null,
});

describe("the timeline of a session", () => {
  it("has words for each reason of the schema, and for no other", () => {
    expect(reasons.length).toBeGreaterThan(10);
    expect([...KNOWN_REASONS].sort()).toEqual(reasons.map(([, name = ""]) => name).sort());
  });

  it("counts what happened more than once, and gives first and last time", () => {
    const line = timelineLine({ reason: "REFRESHED", firstAt: 1000, lastAt: 2000, count: 3 }, 5_000_000);
    expect(line).toMatchObject({ tone: "usual", text: "Tokens refreshed, 3 times" });
    expect(line.when).toContain(" to ");
  });

  it("marks a theft as the end, and a reason of a newer gateway for a look", () => {
    const event = { firstAt: 1, lastAt: 1, count: 1 };
    expect(timelineLine({ ...event, reason: "REFRESH_TOKEN_REUSED" }, 0).tone).toBe("ended");
    expect(timelineLine({ ...event, reason: "<b>NEW</b>" }, 0)).toMatchObject({
      tone: "unusual",
      text: "<b>NEW</b>",
    });
  });
});

describe("the documents about sessions", () => {
  it("are valid against the schema of the auth subgraph", () => {
    for (const document of Object.values(sessionDocuments({ fields: FIELDS })))
      expect(validate(schema, parse(document ?? "")).map(({ message }) => message)).toEqual([]);
  });

  it("use the names of the gateway under our own aliases, and leave out what is not offered", () => {
    const { list, history } = sessionDocuments({
      fields: { ...FIELDS, sessions: "authSessions", sessionEvents: null },
    });
    expect(list).toContain("sessions: authSessions {");
    expect(history).toBeUndefined();
  });

  it("have an answer with the field, or the error of the gateway", () => {
    expect(fieldOf({ data: { sessions: [] } }, "sessions")).toEqual([]);
    expect(() => fieldOf({ data: { sessions: null }, errors: [{ message: "No." }] }, "sessions")).toThrow(
      "No.",
    );
  });

  it("tell which sessions have ended since", () => {
    const [a, b] = [aSession("a"), aSession("b")];
    expect(endedSince([a, b], [b])).toEqual([a]);
    expect(endedSince([], [b])).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is told in the words of a person, with the wait", () => {
    expect(refusalText(new RefusedError("INVALID_CREDENTIALS", "x"))).toBe(
      "The user name or the password is wrong.",
    );
    expect(refusalText(new RefusedError("RATE_LIMITED", "x", 90))).toBe(
      "Too many attempts. Try again in 1 min 30 s.",
    );
    expect(refusalText(new GatewayUnavailableError("Away.", { retryAfterSeconds: 2 }))).toBe(
      "Away. Try again in 2 s.",
    );
    expect(refusalText(new SignedOutError("SESSION_EXPIRED"))).toBe(
      "The session has expired. Sign in again.",
    );
    expect(refusalText(new RefusedError("OTHER", "Odd."))).toBe("Odd. (OTHER)");
  });

  it("says that a copied token ended the session", () => {
    expect(endText("SESSION_REUSED")).toContain("somebody else may have a copy");
    expect(endText(undefined)).toBe("The session is over.");
  });
});

describe("the claims of a token", () => {
  it("are listed in their order, with times in words", () => {
    const rows = claimRows({ sub: "u1", exp: 0, aud: ["a", "b"], custom: { x: 1 } }, 0);
    expect(rows.map(({ name, value }) => `${name}=${value}`)).toEqual([
      "sub=u1",
      "exp=0",
      'aud=["a","b"]',
      'custom={"x":1}',
    ]);
    expect(rows[1]?.words).toMatch(/\d/);
    expect(rows[3]?.words).toBeUndefined();
  });
});
