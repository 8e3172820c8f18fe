import { getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createOperationCache } from "../../../../src/federation/operation-cache.js";
import type { TokenFields } from "../../../../src/federation/request/request-context.js";
import { claimTokenFields } from "../../../../src/federation/request/token-fields.js";
import { permissiveAuthorizer } from "../../../support/permissive-authorizer.js";
import { supergraphOf } from "../../authorization/support.js";

const { apiSchema, authorizer } = permissiveAuthorizer(
  supergraphOf({
    a: "type Query { login: Int } type Mutation { login: Int refreshToken: Int pay: Int signOut: Int }",
  }),
);
const FIELDS = { issuing: new Set(["login", "refreshToken"]), ending: new Set(["signOut"]) };

/** The numbers that were claimed. */
const claimed = (text: string, isFree = true, variables: Readonly<Record<string, unknown>> = {}) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const entry = createOperationCache(apiSchema, authorizer).get(document, operation);
  const claims: TokenFields[] = [];
  claimTokenFields(entry, variables, FIELDS, (fields) => {
    claims.push(fields);
    return isFree;
  });
  return claims;
};

describe("fields that issue tokens", () => {
  /** A pair: fields that issue tokens, and fields that end a session. */
  it.each<[string, string, readonly (readonly [number, number])[]]>([
    ["one", "mutation { login pay }", [[1, 0]]],
    ["aliases, one by one", "mutation { a: login b: login }", [[2, 0]]],
    ["the same field, once", "mutation { login login }", [[1, 0]]],
    ["in fragments", "mutation { ...F login } fragment F on Mutation { refreshToken }", [[2, 0]]],
    ["what a condition leaves out, not", "mutation { login refreshToken @skip(if: true) }", [[1, 0]]],
    ["a sign-out", "mutation { signOut }", [[0, 1]]],
    ["both", "mutation { out: signOut ...F } fragment F on Mutation { login }", [[1, 1]]],
    ["another mutation, not", "mutation { login: pay signOut: pay }", []],
    ["a query, not", "{ login }", []],
  ])("count: %s", (_name, text, expected) => {
    expect(claimed(text).map(({ issuing, ending }) => [issuing, ending])).toEqual(expected);
  });

  it("are refused as a bad request when the claim fails", () => {
    expect(() => claimed("mutation { login }", false)).toThrow("Only one field");
  });

  it("are not counted where tokens are in the body", () => {
    const document = parse("mutation { a: login b: login }");
    const operation = getOperationAST(document);
    if (!operation) throw new Error("no operation");
    const entry = createOperationCache(apiSchema, authorizer).get(document, operation);
    expect(() => claimTokenFields(entry, {}, FIELDS, undefined)).not.toThrow();
  });
});
