import { buildSchema, GraphQLError, getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { DomainEvent } from "../../../../src/domain/events.js";
import type { OperationEntry } from "../../../../src/federation/operation-cache.js";
import type { RequestContext } from "../../../../src/federation/request/request-context.js";
import type { RunningOperation } from "../../../../src/federation/request/running-operations.js";
import { answerCutOff } from "../../../../src/federation/response/cut-off.js";
import { createFieldCollector } from "../../../../src/graphql/collect-fields.js";

const schema = buildSchema("type Query { a: Int } type Mutation { pay: Int refund: Int }");

const cutOff = (text: string, hasMutated: boolean, sessionId: string | undefined = "s1") => {
  const document = parse(text);
  const operation = getOperationAST(document);
  const rootType = operation ? schema.getRootType(operation.operation) : undefined;
  if (!operation || !rootType) throw new Error("no operation");
  const events: DomainEvent[] = [];
  const outcome = { touchedGuarded: true, carriesTokens: false, setCookies: ["theirs=1"] };
  const context = { requestId: "r1", outcome } as unknown as RequestContext;
  const collector = createFieldCollector(document, schema);
  const entry = {
    rootFields: (isTrue: (name: string) => boolean) =>
      collector.collect([operation.selectionSet], rootType, isTrue),
    variables: {
      isTrue: (variables: Readonly<Record<string, unknown>>, name: string) => variables[name] === true,
    },
  } as unknown as OperationEntry;
  const token = { subject: "u1", sessionId };
  const answer = () =>
    answerCutOff(
      (event) => events.push(event),
      entry,
      { document, operation, operationHash: "hash", variables: { v: true, w: false }, context },
      { token, hasMutated } as unknown as RunningOperation,
    );
  const caught = (): unknown => {
    try {
      return answer();
    } catch (error) {
      return error;
    }
  };
  return { result: caught(), events, outcome };
};

describe("a query whose caller was revoked while it ran", () => {
  it("is refused like one that comes too late, and brings nothing", () => {
    const { result, outcome } = cutOff("{a}", false);
    expect(result).toBeInstanceOf(GraphQLError);
    expect(result).toMatchObject({
      extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_REVOKED", http: { status: 401 } },
    });
    expect(outcome).toMatchObject({ credentialRefused: "TOKEN_REVOKED", setCookies: [] });
  });
});

describe("a mutation whose caller was revoked", () => {
  it("before anything was sent is refused like a query", () => {
    expect(cutOff("mutation{pay}", false).result).toMatchObject({ extensions: { reason: "TOKEN_REVOKED" } });
  });

  it("under way may have been done or not, field by field, and its cookies are not set", () => {
    const { result, outcome } = cutOff("mutation{p:pay refund}", true);
    expect(result).toMatchObject({
      data: null,
      errors: [
        { path: ["p"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
        { path: ["refund"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
      ],
    });
    expect(outcome.setCookies).toEqual([]);
    expect(outcome).not.toHaveProperty("credentialRefused");
  });

  it("lists only the fields that were to run, fragments and conditions evaluated", () => {
    const text =
      "mutation($v:Boolean!,$w:Boolean!){__typename ...F x:pay @include(if:$w)} fragment F on Mutation{pay @include(if:$v) t:__typename}";
    expect(cutOff(text, true).result).toMatchObject({ errors: [{ path: ["pay"] }] });
  });
});

describe("the event of it", () => {
  it.each([true, false])(
    "says who was cut off, in which request, and whether something was written: %s",
    (mutated) => {
      expect(cutOff("mutation{pay}", mutated).events).toEqual([
        {
          type: "operation.cut_off",
          operationHash: "hash",
          subject: "u1",
          sessionId: "s1",
          requestId: "r1",
          mutated,
        },
      ]);
    },
  );

  it("has no session where the token has none", () => {
    const { events } = cutOff("{a}", false, "");
    expect(events[0]).toMatchObject({ sessionId: "" });
    const { events: without } = cutOffWithoutSession();
    expect(without[0]).not.toHaveProperty("sessionId");
  });
});

const cutOffWithoutSession = () => {
  const events: DomainEvent[] = [];
  const context = { requestId: "r1", outcome: { setCookies: [] } } as unknown as RequestContext;
  const document = parse("{a}");
  expect(() =>
    answerCutOff(
      (event) => events.push(event),
      {} as OperationEntry,
      {
        document,
        operation: getOperationAST(document) as never,
        operationHash: "hash",
        variables: {},
        context,
      },
      { token: { subject: "u1" }, hasMutated: false } as unknown as RunningOperation,
    ),
  ).toThrow(GraphQLError);
  return { events };
};
