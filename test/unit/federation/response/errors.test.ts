import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../../../../src/domain/errors.js";
import {
  asGraphQLError,
  boundErrors,
  ErrorList,
  failureError,
  MASK_EVERYTHING,
  MAX_ERRORS,
} from "../../../../src/federation/response/errors.js";
import type { Failure } from "../../../../src/federation/result/failure.js";

const failure = (more: Partial<Failure> = {}): Failure => ({
  kind: "reported",
  subgraph: "billing",
  path: ["wire_me"],
  message: "row SECRET of table users",
  extensions: { code: "SECRET_CODE", stacktrace: ["SECRET"], hint: "h" },
  ...more,
});
const shown = (one: Failure, exposure = MASK_EVERYTHING) => failureError(one, ["me"], exposure).toJSON();

describe("the error of a failed subgraph", () => {
  it("shows nothing of the subgraph by default: no text, no extension, no name, no wire key", () => {
    for (const kind of ["reported", "unavailable", "shape"] as const) {
      const text = JSON.stringify(shown(failure({ kind })));
      expect(text).not.toMatch(/SECRET|billing|wire_me|stacktrace/);
    }
  });

  it.each([
    ["reported", "SUBGRAPH_ERROR"],
    ["shape", "SUBGRAPH_ERROR"],
    ["unavailable", "SUBGRAPH_UNAVAILABLE"],
  ] as const)("of kind %s has the code %s, its public text and the client's path", (kind, code) => {
    expect(shown(failure({ kind }))).toEqual({
      message: ERROR_TABLE[code].publicText,
      path: ["me"],
      extensions: { code },
    });
  });

  it("shows what the exposure lists, and only what the subgraph sent", () => {
    const exposure = { messages: true, extensions: ["hint", "absent"] };
    expect(shown(failure(), exposure)).toMatchObject({
      message: "row SECRET of table users",
      extensions: { code: "SUBGRAPH_ERROR", hint: "h" },
    });
    expect(Object.keys(failureError(failure(), [], exposure).extensions)).toEqual(["hint", "code"]);
  });

  it("does not show the text of our own about an answer, exposure or not", () => {
    const exposure = { messages: true, extensions: ["code"] };
    for (const kind of ["unavailable", "shape"] as const)
      expect(JSON.stringify(shown(failure({ kind }), exposure))).not.toContain("SECRET");
  });

  it("takes the subgraph's code where it may pass and is a text", () => {
    const exposure = { messages: false, extensions: ["code"] };
    expect(shown(failure(), exposure).extensions).toEqual({ code: "SECRET_CODE" });
    expect(shown(failure({ extensions: { code: 7 } }), exposure).extensions).toEqual({
      code: "SUBGRAPH_ERROR",
    });
    expect(shown(failure({ extensions: {} }), exposure).extensions).toEqual({ code: "SUBGRAPH_ERROR" });
  });

  it.each(["__proto__", "constructor", "toString"])("shows nothing that objects inherit: %s", (key) => {
    const error = failureError(failure({ extensions: {} }), [], { messages: false, extensions: [key] });
    expect(Object.keys(error.extensions)).toEqual(["code"]);
    const hostile = JSON.parse('{"__proto__":{"code":"forged"}}') as Readonly<Record<string, unknown>>;
    const shown = failureError(failure({ extensions: hostile }), [], {
      messages: false,
      extensions: ["__proto__"],
    });
    expect([shown.extensions["code"], Object.getPrototypeOf(shown.extensions)]).toEqual([
      "SUBGRAPH_ERROR",
      Object.prototype,
    ]);
  });
});

describe("an error of our own auth subgraph", () => {
  it("keeps its text, code and origin, at the client's path", () => {
    const cause = new Error("inner");
    const local = new GraphQLError("Too many attempts.", {
      originalError: cause,
      extensions: { code: "RATE_LIMITED", retryAfter: 3 },
    });
    const error = failureError(failure({ local }), ["l", "token"], MASK_EVERYTHING);
    expect([error.message, error.path, error.extensions, error.originalError]).toEqual([
      "Too many attempts.",
      ["l", "token"],
      { code: "RATE_LIMITED", retryAfter: 3 },
      cause,
    ]);
  });

  it("is its own origin where it has none", () => {
    const local = new GraphQLError("No.");
    expect(failureError(failure({ local }), [], MASK_EVERYTHING).originalError).toBe(local);
  });
});

describe("the errors of one response", () => {
  const listOf = (count: number, code: string | null = "FORBIDDEN") => {
    const list = new ErrorList();
    let built = 0;
    for (let n = 0; n < count; n += 1)
      list.add(() => {
        built += 1;
        return new GraphQLError(`e${n}`, code === null ? {} : { extensions: { code } });
      });
    return { errors: list.all(), built };
  };

  it("are all listed up to the bound", () => {
    const { errors } = listOf(MAX_ERRORS);
    expect(errors.map(({ message }) => message)).toEqual(
      Array.from({ length: MAX_ERRORS }, (_, n) => `e${n}`),
    );
  });

  it("are counted beyond it, and not built", () => {
    const { errors, built } = listOf(10_000);
    expect([errors.length, built]).toEqual([MAX_ERRORS + 1, MAX_ERRORS]);
    expect(errors.at(-1)).toMatchObject({
      message: `${10_000 - MAX_ERRORS} more errors are not listed.`,
      extensions: { code: "FORBIDDEN" },
    });
  });

  it("are counted under a code of ours where the last listed has none", () => {
    expect(listOf(MAX_ERRORS + 1, null).errors.at(-1)?.extensions["code"]).toBe("INTERNAL_SERVER_ERROR");
  });

  it("of a refusal are bounded alike", () => {
    const errors = boundErrors(
      Array.from({ length: MAX_ERRORS + 5 }, (_, n) => ({
        message: `e${n}`,
        extensions: { code: "UNAUTHENTICATED" },
      })),
    );
    expect(errors).toHaveLength(MAX_ERRORS + 1);
    expect(errors.every((error) => error instanceof GraphQLError)).toBe(true);
    expect(errors.at(-1)?.message).toBe("5 more errors are not listed.");
  });
});

describe("a formatted error", () => {
  it("becomes an instance with the same content, absent parts absent", () => {
    const whole = { message: "m", path: ["a", 0], extensions: { code: "FORBIDDEN" } };
    expect(asGraphQLError(whole).toJSON()).toEqual(whole);
    expect(asGraphQLError({ message: "m" }).toJSON()).toEqual({ message: "m" });
  });
});
