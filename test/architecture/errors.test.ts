import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../../src/domain/errors.js";
import { readText, sourceFiles } from "./source-files.js";

/** Codes Apollo Server itself names; they keep Apollo's rows. */
const APOLLO = new Set([
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "INTROSPECTION_DISABLED",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

const ROW = /^\| `([A-Z_]+)` \| (\d{3}) \| (.+?) \| (debug|info|warn|error) \| (yes|no) \|/gm;

const manual = (): Record<string, unknown> =>
  Object.fromEntries(
    [...readText("docs/reference/errors.md").matchAll(ROW)].map(
      ([, code, status, publicText, logLevel, retryable]) => [
        code,
        { status: Number(status), publicText, logLevel, retryable: retryable === "yes" },
      ],
    ),
  );

/** Codes the source gives to an error: `new AuthError("X"`, `code: "X"`. */
const THROWN = /(?:\b(?:AuthError|FaultError)\(\s*|\bcode:\s*)"([A-Z][A-Z_]+)"/g;

describe("error codes", () => {
  it("have the same row in the table and in the manual, both ways", () => {
    expect(manual()).toEqual(ERROR_TABLE);
  });

  it("are each listed once in the manual", () => {
    const codes = [...readText("docs/reference/errors.md").matchAll(ROW)].map((match) => match[1]);
    expect(codes).toEqual([...new Set(codes)]);
  });

  it("are never given by the source without a row", () => {
    const strangers = sourceFiles().flatMap((path) =>
      [...readText(path).matchAll(THROWN)]
        .map((match) => match[1] ?? "")
        .filter((code) => !Object.hasOwn(ERROR_TABLE, code) && !APOLLO.has(code))
        .map((code) => `${path}: ${code}`),
    );
    expect(strangers).toEqual([]);
  });

  it("have no row that the source never gives", () => {
    const source = sourceFiles()
      .filter((path) => path !== "src/domain/errors.ts")
      .map(readText)
      .join("\n");
    expect(Object.keys(ERROR_TABLE).filter((code) => !source.includes(`"${code}"`))).toEqual([]);
  });

  it("name Apollo's own codes in the manual as well", () => {
    const text = readText("docs/reference/errors.md");
    expect([...APOLLO].filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});
