import { describe, expect, it } from "vitest";
import type { DomainEvent } from "../../../../src/domain/events.js";
import { ANONYMOUS, type Principal } from "../../../../src/domain/principal.js";
import type { SubgraphRequest } from "../../../../src/federation/execute/state.js";
import type { RequestContext } from "../../../../src/federation/request/request-context.js";
import type { RunningOperation } from "../../../../src/federation/request/running-operations.js";
import { type CallParts, createOpenCalls } from "../../../../src/federation/subgraph/call.js";
import type { CallResult, SubgraphCall } from "../../../../src/federation/subgraph/transport/transport.js";
import { createFakeClock } from "../../../support/fake-clock.js";

const USER = { kind: "user", subject: "u" } as unknown as Principal;
const ANSWER: CallResult = {
  answer: { kind: "answered", data: { n: { v: 1 } }, errors: [] },
  status: 200,
  setCookies: ["theirs=1; Path=/", "tracker=2"],
};
const request = (given: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
  subgraph: "a",
  operationKind: "query",
  query: "{n}",
  operationName: undefined,
  bodyHead: '{"query":"{n}","variables":',
  variablesText: "{}",
  mayRepeat: false,
  ...given,
});

/** A call to one subgraph, with everything that was sent and reported. */
const open = (
  given: Partial<CallParts> = {},
  principal = USER,
  running?: RunningOperation,
  result = ANSWER,
) => {
  const sent: SubgraphCall[] = [];
  const events: DomainEvent[] = [];
  const clock = createFakeClock(1_000);
  const context = {
    requestId: "r1",
    headers: { "x-lang": "en" },
    signal: new AbortController().signal,
    outcome: { setCookies: [] as string[] },
  } as unknown as RequestContext;
  const openCalls = createOpenCalls({
    transport: {
      send: async (call) => {
        sent.push(call);
        return result;
      },
      states: () => [],
      divide: () => undefined,
      close: async () => undefined,
    },
    identity: {
      headersFor: (subgraph, { kind }) => ({
        authorization: `signed for ${subgraph} ${kind}`,
        "x-request-id": "theirs",
      }),
      isIdentityHeader: () => false,
    },
    local: undefined,
    clock,
    emit: (event) => void events.push(event),
    passedHeaders: () => ["x-lang", "en"],
    setCookieNames: new Map(),
    ...given,
  });
  const subgraphs = new Map([["a", { name: "a", url: "http://a/" }]]);
  return { call: openCalls(subgraphs, context, principal, 1_500, running), sent, events, context };
};

describe("a call of a subgraph", () => {
  it("carries an identity signed for it, one request id, and what is left of the operation's time", async () => {
    const { call, sent } = open();
    await call(request({ variablesText: '{"v":1}' }));
    expect(sent).toMatchObject([
      {
        url: "http://a/",
        body: '{"query":"{n}","variables":{"v":1}}',
        headers: ["x-lang", "en", "x-request-id", "r1", "authorization", "signed for a user"],
        remainingMs: 500,
      },
    ]);
  });

  it("is not made to a subgraph nobody knows", async () => {
    const { call, sent } = open();
    expect(await call(request({ subgraph: "z" }))).toMatchObject({ kind: "unavailable" });
    expect(sent).toEqual([]);
  });

  it("lets only the cookies through that the subgraph may set", async () => {
    const without = open();
    await without.call(request());
    expect(without.context.outcome.setCookies).toEqual([]);
    const allowed = open({ setCookieNames: new Map([["a", new Set(["theirs"])]]) });
    await allowed.call(request());
    expect(allowed.context.outcome.setCookies).toEqual(["theirs=1; Path=/"]);
  });

  it("is sent once if one plan has the same fetch twice, and each gets an object of its own", async () => {
    const { call, sent } = open();
    const same = request({ mayRepeat: true });
    const [first, second] = await Promise.all([call(same), call(same)]);
    expect(sent).toHaveLength(1);
    expect(first).toEqual(second);
    expect(first?.kind === "answered" && first.data).not.toBe(second?.kind === "answered" && second.data);
    await call(same);
    expect(sent).toHaveLength(2);
  });

  it("is never shared by mutations, with any plan", async () => {
    const { call, sent } = open({ shareAnonymous: true }, ANONYMOUS);
    const same = request({ mayRepeat: true, operationKind: "mutation" });
    await Promise.all([call(same), call(same)]);
    expect(sent).toHaveLength(2);
  });
});

describe("calls of several callers", () => {
  const twice = async (given: Partial<CallParts>, principal: Principal): Promise<number> => {
    const { call, sent } = open(given, principal);
    await Promise.all([call(request()), call(request())]);
    return sent.length;
  };

  it("are one call if callers cannot be distinguished and the operator allows it", async () => {
    expect(await twice({ shareAnonymous: true }, ANONYMOUS)).toBe(1);
  });

  it("are never one for somebody who is signed in, without the setting, or where cookies may be set", async () => {
    expect(await twice({ shareAnonymous: true }, USER)).toBe(2);
    expect(await twice({}, ANONYMOUS)).toBe(2);
    const setCookieNames = new Map([["a", new Set(["theirs"])]]);
    expect(await twice({ shareAnonymous: true, setCookieNames }, ANONYMOUS)).toBe(2);
  });
});

describe("a caller who was revoked meanwhile", () => {
  it("has nothing sent any more", async () => {
    const running = { cancelReason: "revoked", hasMutated: false } as unknown as RunningOperation;
    const { call, sent } = open({}, USER, running);
    expect(await call(request({ operationKind: "mutation" }))).toMatchObject({ kind: "unavailable" });
    expect(sent).toEqual([]);
    expect(running.hasMutated).toBe(false);
  });

  it("is known to have written something as soon as a mutation is sent", async () => {
    const running = { cut: undefined, hasMutated: false, aborted: false } as unknown as RunningOperation;
    const { call, sent } = open({}, USER, running);
    await call(request());
    expect(running.hasMutated).toBe(false);
    await call(request({ operationKind: "mutation" }));
    expect(running.hasMutated).toBe(true);
    expect(sent.every(({ signal }) => signal === running)).toBe(true);
  });
});

describe("what the log learns of a call", () => {
  it("is bounded: so many errors, and so much of each", async () => {
    const errors = Array.from({ length: 9 }, () => ({
      message: "m".repeat(999),
      path: undefined,
      extensions: undefined,
    }));
    const { call, events } = open({}, USER, undefined, {
      ...ANSWER,
      answer: { kind: "answered", data: null, errors },
    });
    await call(request());
    const [event] = events;
    if (event?.type !== "subgraph.called") throw new Error("no event");
    expect(event.errors).toBe(9);
    expect(event.texts?.map((text) => text.length)).toEqual([300, 300, 300]);
  });

  it("is a failure with its reason; that the client left is none", async () => {
    const unavailable = { kind: "unavailable", reason: "no answer" } as const;
    const failed = { answer: unavailable, status: undefined, setCookies: [] };
    const late = open({}, USER, undefined, { ...failed, failure: "timeout" });
    await late.call(request());
    expect(late.events).toMatchObject([{ type: "subgraph.failed", failure: "timeout", reason: "no answer" }]);
    const gone = open({}, USER, undefined, { ...failed, failure: "gone" });
    await gone.call(request());
    expect(gone.events).toEqual([]);
  });
});
