import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../../../src/domain/errors.js";
import { type ResultShape, statusOf } from "../../../src/server/status.js";

const error = (code: string, ...path: (string | number)[]) => ({
  ...(path.length > 0 ? { path } : {}),
  extensions: { code },
});

describe("the status of a whole response", () => {
  it.each<[string, ResultShape, number | undefined]>([
    ["no errors: no status of ours", { data: { a: 1 } }, undefined],
    ["a refused credential, before anything ran", { errors: [error("UNAUTHENTICATED")] }, 401],
    ["a store that is down, before anything ran", { errors: [error("SERVICE_UNAVAILABLE")] }, 503],
    ["a document that does not validate", { errors: [error("GRAPHQL_VALIDATION_FAILED")] }, undefined],
    ["too complex", { errors: [error("OPERATION_TOO_COMPLEX")] }, 400],
    ["some data", { data: { a: 1, b: null }, errors: [error("UNAUTHENTICATED", "b")] }, 200],
    [
      "nothing served, signed out",
      { data: { a: null, b: null }, errors: [error("UNAUTHENTICATED", "a"), error("UNAUTHENTICATED", "b")] },
      401,
    ],
    ["nothing served, scope missing", { data: { a: null }, errors: [error("FORBIDDEN", "a")] }, 403],
    ["nothing served, too long ago", { data: { a: null }, errors: [error("STEP_UP_REQUIRED", "a")] }, 403],
    ["a refused mutation", { data: null, errors: [error("FORBIDDEN", "pay")] }, 403],
    ["a non-null root field denied", { data: null, errors: [error("UNAUTHENTICATED", "me")] }, 401],
    ["login refused", { data: { login: null }, errors: [error("INVALID_CREDENTIALS", "login")] }, 200],
    [
      "refresh refused",
      { data: { refreshToken: null }, errors: [error("INVALID_GRANT", "refreshToken")] },
      200,
    ],
    ["throttled", { data: { login: null }, errors: [error("RATE_LIMITED", "login")] }, 429],
    ["store down", { data: { login: null }, errors: [error("SERVICE_UNAVAILABLE", "login")] }, 503],
    [
      "a null that is an answer beside a refusal",
      { data: { session: null, a: null }, errors: [error("FORBIDDEN", "a")] },
      200,
    ],
    [
      "nulls under an error without path prove nothing",
      { data: { a: null }, errors: [error("FORBIDDEN")] },
      403,
    ],
    [
      "a subgraph failure beside a refusal",
      { data: { a: null, b: null }, errors: [error("FORBIDDEN", "a"), error("SUBGRAPH_UNAVAILABLE", "b")] },
      200,
    ],
    [
      "an error in the middle of served data",
      { data: { a: [{ b: null }] }, errors: [error("FORBIDDEN", "a", 0, "b")] },
      200,
    ],
  ])("%s", (_, result, status) => {
    expect(statusOf(result)).toBe(status);
  });

  it.each([
    [["SERVICE_UNAVAILABLE", "RATE_LIMITED", "UNAUTHENTICATED", "FORBIDDEN"], 503],
    [["FORBIDDEN", "RATE_LIMITED", "UNAUTHENTICATED"], 429],
    [["FORBIDDEN", "UNAUTHENTICATED"], 401],
    [["INVALID_GRANT", "STEP_UP_REQUIRED"], 403],
  ])("mixes %j into %i", (codes, status) => {
    const names = codes.map((_, index) => `f${index}`);
    const data = Object.fromEntries(names.map((name) => [name, null]));
    const errors = codes.map((code, index) => error(code, names[index] ?? ""));
    expect(statusOf({ data, errors })).toBe(status);
    expect(statusOf({ data, errors: errors.reverse() })).toBe(status);
  });

  it("knows the row of every code of the table when nothing ran", () => {
    for (const [code, row] of Object.entries(ERROR_TABLE)) {
      expect([code, statusOf({ errors: [error(code)] })]).toEqual([code, row.status]);
    }
  });
});
