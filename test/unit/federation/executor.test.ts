import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import type { Authorizer, Decision } from "../../../src/authorization/authorizer.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { ANONYMOUS } from "../../../src/domain/principal.js";
import { createExecutor, type ExecutorParts } from "../../../src/federation/executor.js";
import type { RequestContext } from "../../../src/federation/request/request-context.js";
import { createRunningOperations } from "../../../src/federation/request/running-operations.js";
import { MASK_EVERYTHING } from "../../../src/federation/response/errors.js";
import type { SubgraphAnswer } from "../../../src/federation/result/subgraph-answer.js";
import type { RevocableToken } from "../../../src/tokens/revocation-view.js";
import type { TokenVerifier } from "../../../src/tokens/token-verifier.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { answered } from "../../support/plan-builders.js";
import { denying } from "../../support/projection-builders.js";
import { aContext, anOperation, aSnapshot, aUser, plannableOf } from "../../support/snapshot-builders.js";

const SDL = `
  directive @theirs on FIELD
  type Query { n(limit: Int): Int m: Int }
  type Mutation { login: Int pay: Int }
`;
const BEARER = { kind: "bearer", token: "t" } as const;
const USER = aUser();
const TOKEN = { issuer: USER.issuer, subject: "ada", tenant: USER.tenant, issuedAt: 0 } as RevocableToken;

interface Asked {
  readonly context?: RequestContext;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly authorizer?: Partial<Authorizer>;
  readonly exempt?: readonly string[];
  readonly parts?: Partial<ExecutorParts>;
  readonly verify?: TokenVerifier["verify"];
  readonly answering?: () => SubgraphAnswer | Promise<SubgraphAnswer>;
}
const ask = async (text: string, asked: Asked = {}) => {
  const events: DomainEvent[] = [];
  const calls: { readonly principal: unknown; readonly endsAtMs: number; readonly query: string }[] = [];
  const snapshot = aSnapshot(SDL, asked.authorizer, { exempt: new Set(asked.exempt ?? []) });
  const context = asked.context ?? aContext();
  const execute = createExecutor({
    openCalls:
      (_subgraphs, _context, principal, endsAtMs) =>
      async ({ query }) => {
        calls.push({ principal, endsAtMs, query });
        return asked.answering?.() ?? answered({ n: 1, m: 2, login: 3, pay: 4 });
      },
    verifier: {
      verify: asked.verify ?? (() => ({ kind: "verified", principal: USER, revocable: TOKEN })),
    } as TokenVerifier,
    clock: createFakeClock(1_000_500),
    emit: (event) => events.push(event),
    isDegraded: () => false,
    running: undefined,
    reportAllowed: () => false,
    exposure: MASK_EVERYTHING,
    random: () => 0,
    operationDeadlineMs: 250,
    ...asked.parts,
  });
  const request = { ...anOperation(text), operationHash: "hash", variables: asked.variables ?? {}, context };
  const { result, error } = await execute(snapshot, request).then(
    (done) => ({ result: done, error: undefined }),
    (thrown: unknown) => ({ result: undefined, error: thrown }),
  );
  return { result, error, events, calls, outcome: context.outcome };
};
const never = (): never => {
  throw new Error("not to be asked");
};
const NOTHING_RUNS: Asked = { authorizer: { decide: never }, answering: never };
const coded = (code: string, more: object = {}) => ({ extensions: { code, ...more } });
const decided = (decision: Decision): Asked => ({ authorizer: { decide: () => decision } });

describe("an operation", () => {
  it("of nobody is served as anonymous", async () => {
    const { result, calls, outcome } = await ask("{n}");
    expect(result).toEqual({ data: { n: 1 } });
    expect(calls.map(({ principal }) => principal)).toEqual([ANONYMOUS]);
    expect(outcome.principal).toBe(ANONYMOUS);
  });

  it("of a caller who proves who they are is judged and fetched as theirs", async () => {
    const inputs: unknown[] = [];
    const { calls, outcome } = await ask("query($limit:Int){n(limit:$limit)}", {
      context: aContext({ credential: BEARER }),
      variables: { limit: 3 },
      authorizer: {
        decide: (_compiled, input) => {
          inputs.push(input);
          return { kind: "allowed", plannable: plannableOf("{n}"), guarded: false };
        },
      },
    });
    expect(inputs).toEqual([
      { principal: USER, variables: { limit: 3 }, nowSeconds: 1_000, degraded: false },
    ]);
    expect([calls[0]?.principal, outcome.principal]).toEqual([USER, USER]);
  });

  it("has one deadline for all its calls, from when it began", async () => {
    const { calls } = await ask("{n}");
    expect(calls.map(({ endsAtMs }) => endsAtMs)).toEqual([1_000_750]);
  });

  it("is judged with what is known of the revocations of its caller", async () => {
    for (const credential of [BEARER, { kind: "none" } as const]) {
      const asked: unknown[] = [];
      const judged: unknown[] = [];
      await ask("{n}", {
        context: aContext({ credential }),
        parts: {
          isDegraded: (token) => {
            asked.push(token);
            return true;
          },
        },
        authorizer: {
          decide: async (_compiled, { degraded }) => {
            judged.push(degraded);
            return { kind: "allowed", plannable: undefined, guarded: false };
          },
        },
      });
      expect([asked, judged]).toEqual([[credential === BEARER ? USER : undefined], [true]]);
    }
  });
});

describe("a credential that is good for nothing", () => {
  it.each([
    [{ kind: "malformed", detail: "two tokens" } as const, never, "TOKEN_INVALID"],
    [BEARER, () => ({ kind: "refused", reason: "TOKEN_EXPIRED", detail: "old" }) as const, "TOKEN_EXPIRED"],
    [
      BEARER,
      async () => ({ kind: "refused", reason: "TOKEN_REVOKED", detail: "gone" }) as const,
      "TOKEN_REVOKED",
    ],
  ])("is refused before anything is judged or fetched: %j", async (credential, verify, reason) => {
    const { error, outcome, events } = await ask("{n}", {
      ...NOTHING_RUNS,
      context: aContext({ credential }),
      verify,
    });
    expect(error).toMatchObject(coded("UNAUTHENTICATED", { reason, http: { status: 401 } }));
    expect(outcome.credentialRefused).toBe(reason);
    expect(events).toMatchObject([{ type: "credential.refused", reason, requestId: "r1" }]);
  });

  it("does not matter to a mutation that is exempt, which is served as anonymous", async () => {
    const { result, calls } = await ask("mutation{l:login __typename}", {
      context: aContext({ credential: { kind: "malformed", detail: "x" } }),
      verify: never,
      exempt: ["login"],
      answering: () => answered({ l: 3 }),
    });
    expect(result?.data).toEqual({ l: 3, __typename: "Mutation" });
    expect(calls.map(({ principal }) => principal)).toEqual([ANONYMOUS]);
  });

  it.each([
    "mutation{login pay}",
    "mutation{login:pay}",
    "{login:n}",
    "mutation{...F} fragment F on Mutation{login pay}",
  ])("matters to everything beside it: %s", async (text) => {
    const context = aContext({ credential: { kind: "malformed", detail: "x" } });
    const { error } = await ask(text, { ...NOTHING_RUNS, context, exempt: ["login"] });
    expect(error).toMatchObject(coded("UNAUTHENTICATED"));
  });
});

describe("a directive we do not carry out", () => {
  it.each([
    "{n @theirs}",
    "query @theirs {n}",
    "{...F} fragment F on Query{n @theirs}",
    "{...{n} ...on Query @defer{m}}",
    "query($v:Int @theirs){n(limit:$v)}",
  ])("is refused, not ignored, before the credential is looked at: %s", async (text) => {
    const context = aContext({ credential: BEARER });
    const { error } = await ask(text, { ...NOTHING_RUNS, context, verify: never });
    expect(error).toMatchObject(coded("OPERATION_RESOLUTION_FAILURE", { http: { status: 400 } }));
  });

  it("is refused each time the document comes", async () => {
    const execute = createExecutor({
      clock: createFakeClock(),
      operationDeadlineMs: 1,
    } as unknown as ExecutorParts);
    const request = { ...anOperation("{n @theirs}"), operationHash: "h", variables: {}, context: aContext() };
    for (let n = 0; n < 2; n += 1)
      await expect(execute(aSnapshot(SDL), request)).rejects.toMatchObject(
        coded("OPERATION_RESOLUTION_FAILURE"),
      );
  });
});

describe("variables of the wrong kind", () => {
  it("are refused before anything is judged", async () => {
    const { error } = await ask("query($limit:Int){n(limit:$limit)}", {
      ...NOTHING_RUNS,
      variables: { limit: "x" },
    });
    expect(error).toMatchObject(coded("BAD_USER_INPUT", { http: { status: 400 } }));
  });
});

describe("the judgement", () => {
  it("that an operation is too complex ends it", async () => {
    const { error, calls } = await ask("{n}", decided({ kind: "tooComplex", found: 2, allowed: 1 }));
    expect(error).toMatchObject(coded("OPERATION_TOO_COMPLEX"));
    expect(calls).toEqual([]);
  });

  it("that it is refused answers with its errors and the challenge alone", async () => {
    const challenge = { code: "STEP_UP_REQUIRED", maxAge: 60 } as const;
    const denied = [{ code: "STEP_UP_REQUIRED", coordinate: "Mutation.pay" }] as const;
    const { result, calls, outcome, events } = await ask("mutation{pay}", {
      authorizer: {
        decide: () => ({ kind: "refused", errors: [{ message: "no", path: ["pay"] }], denied }),
        challengeOf: (all) => (all === denied ? challenge : undefined),
      },
    });
    expect(result).toMatchObject({ data: null, errors: [{ message: "no" }], extensions: { challenge } });
    expect([calls, outcome.challenge]).toEqual([[], challenge]);
    expect(events).toMatchObject([{ type: "operation.denied", codes: ["STEP_UP_REQUIRED"], dryRun: false }]);
  });

  it("that some of it is denied serves the rest, and reports what would help", async () => {
    const challenge = { code: "FORBIDDEN" } as const;
    const { result } = await ask("{n m}", {
      authorizer: {
        decide: () => ({
          kind: "filtered",
          plannable: plannableOf("{m}"),
          denials: denying("Query.n"),
          denied: [{ code: "FORBIDDEN", coordinate: "Query.n" }],
        }),
        challengeOf: () => challenge,
      },
    });
    expect(result).toMatchObject({
      data: { n: null, m: 2 },
      errors: [{ path: ["n"] }],
      extensions: { challenge },
    });
  });

  it("reports whether anything guarded was selected, so that the answer is private", async () => {
    const touched = async (guarded: boolean) => {
      const compile: Authorizer["compile"] = (_document, operation) => ({ operation, guarded });
      const decide = (): Decision => ({ kind: "allowed", plannable: undefined, guarded });
      return (await ask("{__typename}", { authorizer: { compile, decide } })).outcome.touchedGuarded;
    };
    expect([await touched(true), await touched(false)]).toEqual([true, false]);
  });

  it("of an answer that holds a filtered schema makes it private as well", async () => {
    const { outcome } = await ask("{__schema{queryType{name}}}", {
      authorizer: { introspection: "filtered" },
    });
    expect(outcome.touchedGuarded).toBe(true);
  });
});

describe("the events of a decision", () => {
  const denied = ["Query.n", "Query.n", "Query.m"].map(
    (coordinate) => ({ code: "FORBIDDEN", coordinate }) as const,
  );

  it("is who was denied what, each coordinate and code once", async () => {
    const { events } = await ask("query Mine{n m}", {
      context: aContext({ credential: BEARER }),
      ...decided({ kind: "filtered", plannable: undefined, denials: denying(), denied }),
    });
    expect(events).toEqual([
      {
        type: "operation.denied",
        operationHash: "hash",
        operationName: "Mine",
        subject: "ada",
        sessionId: "s1",
        requestId: "r1",
        asked: ["Query.n", "Query.m"],
        coordinates: ["Query.n", "Query.m"],
        refusals: [
          { coordinate: "Query.n", code: "FORBIDDEN" },
          { coordinate: "Query.m", code: "FORBIDDEN" },
        ],
        codes: ["FORBIDDEN"],
        rulesDigest: "rules",
        dryRun: false,
      },
    ]);
  });

  it("is what would have been denied, where nothing was", async () => {
    const { events, result } = await ask("{n}", {
      ...decided({ kind: "allowed", plannable: plannableOf("{n}"), guarded: true, wouldDeny: denied }),
      parts: { reportAllowed: () => true },
    });
    expect(events).toMatchObject([{ type: "operation.denied", dryRun: true }]);
    expect(events[0]).not.toHaveProperty("subject");
    expect(result).toEqual({ data: { n: 1 } });
  });

  it("include that it was allowed, when that is enabled", async () => {
    const context = aContext({ credential: BEARER });
    const { events } = await ask("{n}", { context, parts: { reportAllowed: () => true } });
    expect(events).toEqual([
      {
        type: "operation.allowed",
        operationHash: "hash",
        asked: ["Query.n"],
        subject: "ada",
        requestId: "r1",
        rulesDigest: "rules",
      },
    ]);
    expect((await ask("{n}", { context })).events).toEqual([]);
  });
});

describe("a caller who goes away", () => {
  it("gets no results, and nothing more is sent for them", async () => {
    const client = new AbortController();
    const { result, calls } = await ask("mutation{pay login}", {
      context: aContext({ signal: client.signal }),
      answering: () => {
        client.abort();
        return answered({ pay: 4 });
      },
    });
    expect(result).toEqual({ data: null });
    expect(calls).toHaveLength(1);
  });
});

describe("a caller who is revoked while their operation runs", () => {
  const revocable = () => {
    const revoked = new Set<unknown>();
    const listeners = new Set<() => void>();
    const running = createRunningOperations({
      isRevoked: (token) => revoked.has(token),
      onRevoked(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    const ended: unknown[] = [];
    const watched = {
      ...running,
      end: (operation: Parameters<typeof running.end>[0]) => {
        ended.push(operation);
        running.end(operation);
      },
    };
    const revoke = async () => {
      revoked.add(TOKEN);
      for (const listener of listeners) listener();
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    return { running: watched, revoke, ended };
  };
  const context = () => aContext({ credential: BEARER });

  it("is refused like one that comes too late, whatever it brought", async () => {
    const { running, revoke, ended } = revocable();
    const { error } = await ask("{n}", {
      context: context(),
      parts: { running },
      answering: async () => {
        await revoke();
        return answered({ n: 1 });
      },
    });
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error).toMatchObject(coded("UNAUTHENTICATED", { reason: "TOKEN_REVOKED", http: { status: 401 } }));
    expect(ended).toHaveLength(1);
  });

  it("is not cancelled when another is revoked, and is forgotten when it is done", async () => {
    const { running, ended } = revocable();
    const { result } = await ask("{n}", { context: context(), parts: { running } });
    expect(result).toEqual({ data: { n: 1 } });
    expect(ended).toHaveLength(1);
  });

  it("is forgotten when the operation fails as well", async () => {
    const { running, ended } = revocable();
    const { error } = await ask("{n}", {
      context: context(),
      parts: { running },
      authorizer: { decide: never },
    });
    expect(error).toMatchObject({ message: "not to be asked" });
    expect(ended).toHaveLength(1);
  });

  it("is nobody who could not be revoked", async () => {
    const begin = never;
    const running = { ...revocable().running, begin };
    expect((await ask("{n}", { parts: { running } })).result).toEqual({ data: { n: 1 } });
  });
});
