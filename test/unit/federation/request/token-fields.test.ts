import { getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createOperationCache } from "../../../../src/federation/operation-cache.js";
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
  const claims: number[] = [];
  claimTokenFields(entry, variables, FIELDS, (fields) => {
    claims.push(fields);
    return isFree;
  });
  return claims;
};

describe("fields that issue tokens", () => {
  it.each<[string, string, readonly number[]]>([
    ["one", "mutation { login pay }", [1]],
    ["aliases, one by one", "mutation { a: login b: login }", [2]],
    ["the same field, once", "mutation { login login }", [1]],
    ["in fragments", "mutation { ...F login } fragment F on Mutation { refreshToken }", [2]],
    ["what a condition leaves out, not", "mutation { login refreshToken @skip(if: true) }", [1]],
    ["a sign-out alone, not", "mutation { signOut }", []],
    ["another mutation, not", "mutation { login: pay }", []],
    ["a query, not", "{ login }", []],
  ])("count: %s", (_name, text, expected) => {
    expect(claimed(text)).toEqual(expected);
  });

  it("are refused as a bad request when the claim fails", () => {
    expect(() => claimed("mutation { login }", false)).toThrow("Only one field");
  });

  it("are refused beside a field that ends a session", () => {
    expect(() => claimed("mutation { login signOut }")).toThrow("end a session");
    expect(() => claimed("mutation { out: signOut ...F } fragment F on Mutation { login }")).toThrow(
      "end a session",
    );
  });

  it("are not counted where tokens are in the body", () => {
    const document = parse("mutation { a: login b: login }");
    const operation = getOperationAST(document);
    if (!operation) throw new Error("no operation");
    const entry = createOperationCache(apiSchema, authorizer).get(document, operation);
    expect(() => claimTokenFields(entry, {}, FIELDS, undefined)).not.toThrow();
  });
});
