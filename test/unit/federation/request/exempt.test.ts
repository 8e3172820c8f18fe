import { getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createOperationCache } from "../../../../src/federation/operation-cache.js";
import { isExempt } from "../../../../src/federation/request/exempt.js";
import { permissiveAuthorizer } from "../../../support/permissive-authorizer.js";
import { supergraphOf } from "../../authorization/support.js";

const { apiSchema, authorizer } = permissiveAuthorizer(
  supergraphOf({ a: "type Query { login: Int } type Mutation { login: Int refreshToken: Int pay: Int }" }),
);
const EXEMPT = new Set(["login", "refreshToken"]);

const judged = (text: string, variables: Readonly<Record<string, unknown>> = {}): boolean => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  return isExempt(createOperationCache(apiSchema, authorizer).get(document, operation), variables, EXEMPT);
};

describe("an operation that is served as anonymous", () => {
  it.each([
    ["an exempt field", "mutation { login }"],
    ["several", "mutation { login refreshToken }"],
    ["beside __typename", "mutation { __typename login }"],
    ["by another name", "mutation { pay: login }"],
    ["in fragments", "mutation { ...F ... on Mutation { login } } fragment F on Mutation { refreshToken }"],
    ["a guarded one that its condition leaves out", "mutation { login pay @skip(if: true) }"],
  ])("is %s", (_name, text) => {
    expect(judged(text)).toBe(true);
  });

  it.each([
    ["another mutation", "mutation { pay }"],
    ["another beside an exempt one", "mutation { login pay }"],
    ["another in a fragment", "mutation { login ...F } fragment F on Mutation { pay }"],
    ["another under an exempt name", "mutation { login: pay }"],
    ["a query with the name of an exempt field", "{ login }"],
    ["__typename alone: the credential is looked at", "mutation { __typename }"],
    ["nothing at all", "mutation { login @skip(if: true) }"],
  ])("is not %s", (_name, text) => {
    expect(judged(text)).toBe(false);
  });

  it("is judged by the values this request has, defaults included", () => {
    const text = "mutation M($pay: Boolean = true) { login pay @include(if: $pay) }";
    expect(judged(text)).toBe(false);
    expect(judged(text, { pay: true })).toBe(false);
    expect(judged(text, { pay: false })).toBe(true);
  });
});
