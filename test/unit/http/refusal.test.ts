import { describe, expect, it } from "vitest";
import { GRAPHQL_TYPE, JSON_TYPE, refusalType } from "../../../src/server/refusal.js";

describe("the media type of an early refusal", () => {
  it.each([
    [undefined, JSON_TYPE],
    ["*/*", JSON_TYPE],
    ["application/json", JSON_TYPE],
    ["application/graphql-response+json", GRAPHQL_TYPE],
    ["application/graphql-response+json, application/json;q=0.9", GRAPHQL_TYPE],
    ["application/graphql-response+json;charset=utf-8, application/json;charset=utf-8", GRAPHQL_TYPE],
    ["application/json, application/graphql-response+json", JSON_TYPE],
    ["application/graphql-response+json;q=0.1, application/json", JSON_TYPE],
    ["application/graphql-response+json;q=0, */*", JSON_TYPE],
    ["text/html", JSON_TYPE],
    ["garbage;;;q=x", JSON_TYPE],
  ])("for Accept %j is %s", (accept, type) => {
    expect(refusalType(accept)).toBe(type);
  });
});
