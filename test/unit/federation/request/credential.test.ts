import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import type { DomainEvent } from "../../../../src/domain/events.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { authenticate } from "../../../../src/federation/request/credential.js";
import type { RawCredential, RequestContext } from "../../../../src/federation/request/request-context.js";
import type { VerifyOutcome } from "../../../../src/tokens/token-verifier.js";

const VERIFIED = {
  kind: "verified",
  principal: { subject: "u" },
  revocable: { subject: "u" },
} as unknown as VerifyOutcome;
const REFUSED: VerifyOutcome = {
  kind: "refused",
  reason: "TOKEN_EXPIRED",
  detail: "over since 5 s",
  issuer: "local",
};

/** Authenticates with a verifier that answers `outcome`, and returns all results. */
const authenticated = (credential: RawCredential, outcome?: VerifyOutcome | Promise<VerifyOutcome>) => {
  const events: DomainEvent[] = [];
  const asked: unknown[] = [];
  const proven: string[] = [];
  const context = {
    requestId: "r1",
    credential,
    outcome: { touchedGuarded: false, carriesTokens: false, setCookies: [] },
  } as unknown as RequestContext;
  const run = () =>
    authenticate(context, {
      verifier: {
        verify(...args) {
          asked.push(args);
          if (outcome === undefined) throw new Error("nobody was to be asked");
          return outcome;
        },
      },
      emit: (event) => events.push(event),
      isMutation: false,
      onProvenUse: ({ subject }) => proven.push(subject),
    });
  return { run, events, asked, proven, context };
};
const bearer: RawCredential = { kind: "bearer", token: "s3cret" };

describe("a request's caller", () => {
  it("is anonymous without a credential, and the verifier is not called", () => {
    const { run, asked } = authenticated({ kind: "none" });
    expect(run()).toEqual({ principal: ANONYMOUS });
    expect(asked).toEqual([]);
  });

  it("is known in the same turn where the verifier knows at once, so that no revocation falls in between", () => {
    expect(authenticated(bearer, VERIFIED).run()).toMatchObject({
      principal: { subject: "u" },
      revocable: {},
    });
  });

  it("is found later where keys have to be fetched", async () => {
    const found = authenticated(bearer, Promise.resolve(VERIFIED)).run();
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toMatchObject({ principal: { subject: "u" } });
  });

  it("is verified with the token and its connection", () => {
    const connection = {};
    const { run, asked } = authenticated({ ...bearer, connection }, VERIFIED);
    run();
    expect(asked).toEqual([["s3cret", connection]]);
  });
});

describe("a credential that is good for nothing", () => {
  it.each([
    ["at once", REFUSED],
    ["later", Promise.resolve(REFUSED)],
  ])("refuses the request %s with its reason, and never as anonymous", async (_name, outcome) => {
    const { run, events, context } = authenticated(bearer, outcome);
    const error: unknown = await (async () => run())().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error).toMatchObject({
      extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED", http: { status: 401 } },
    });
    expect(context.outcome.credentialRefused).toBe("TOKEN_EXPIRED");
    expect(events).toEqual([
      {
        type: "credential.refused",
        reason: "TOKEN_EXPIRED",
        detail: "over since 5 s",
        issuer: "local",
        requestId: "r1",
      },
    ]);
  });

  it("is refused unread where it is malformed", () => {
    const { run, asked, events } = authenticated({ kind: "malformed", detail: "two credentials" });
    expect(run).toThrow(GraphQLError);
    expect(asked).toEqual([]);
    expect(events).toMatchObject([{ reason: "TOKEN_INVALID", detail: "two credentials", issuer: "unknown" }]);
  });

  it("reports nothing of the token to client and log", () => {
    const { run, events } = authenticated(bearer, REFUSED);
    let text = "";
    try {
      run();
    } catch (error) {
      text = JSON.stringify(error) + String(error);
    }
    expect(text).not.toBe("");
    expect(text + JSON.stringify(events)).not.toContain("s3cret");
  });

  it("leaves a fault of the key source as it is: the answer is not 401", () => {
    const { run, context } = authenticated(bearer);
    expect(run).toThrow("nobody was to be asked");
    expect(context.outcome.credentialRefused).toBeUndefined();
  });
});
