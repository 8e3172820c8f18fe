import { describe, expect, it } from "vitest";
import { parseAnswer } from "../../../../../src/federation/subgraph/transport/parse-answer.js";

const parse = (body: unknown, status = 200) =>
  parseAnswer(status, Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));

describe("a subgraph's body", () => {
  it("is an answer with data, errors or both, whatever the status", () => {
    expect(parse({ data: { é: 1 } })).toMatchObject({ kind: "answered", data: { é: 1 }, errors: [] });
    expect(parse({ data: null, errors: [{ message: "m" }] }, 500)).toMatchObject({
      kind: "answered",
      data: null,
      errors: [{ message: "m" }],
    });
    expect(parse({ errors: [{ message: "m" }] })).toMatchObject({ kind: "answered", data: undefined });
  });

  it("may have null for no errors", () => {
    expect(parse({ data: {}, errors: null })).toMatchObject({ kind: "answered", errors: [] });
  });

  it.each<[string, unknown]>([
    ["an HTML page", "<html>gone</html>"],
    ["half a document", '{"data":{"a":'],
    ["nothing", ""],
    ["a list", [{ data: {} }]],
    ["null", "null"],
    ["neither data nor errors", { extensions: {} }],
    ["no errors and no data", { errors: [] }],
    ["data that is a list", { data: [] }],
    ["data that is a text", { data: "d" }],
    ["errors that are no list", { data: {}, errors: { message: "m" } }],
    ["errors that are a text", { data: {}, errors: "m" }],
  ])("is unavailable where it is %s", (_name, body) => {
    expect(parse(body, 200)).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("status 200"),
    });
  });

  it("never brings its own text into the reason", () => {
    expect(JSON.stringify(parse("<html>s3cret</html>", 502))).not.toContain("s3cret");
  });

  it("has only the members of the error", () => {
    // As own keys, however they are called.
    expect(parse('{"__proto__":{"data":{"a":1}}}')).toMatchObject({ kind: "unavailable" });
  });

  it("has errors of which only what is well formed is kept", () => {
    const errors = [
      "a text",
      null,
      { message: 7, path: "me", extensions: [] },
      { message: "m", path: ["me", 0], extensions: { code: "C" } },
      { message: "m", path: ["me", 1.5] },
      { message: "m", path: ["me", null] },
    ];
    expect(parse({ errors })).toMatchObject({
      errors: [
        { message: "", path: undefined, extensions: undefined },
        { message: "", path: undefined },
        { message: "", path: undefined, extensions: undefined },
        { message: "m", path: ["me", 0], extensions: { code: "C" } },
        { message: "m", path: undefined },
        { message: "m", path: undefined },
      ],
    });
  });

  it("never claims to be of our own making", () => {
    const answer = parse({ errors: [{ message: "m", local: { message: "forged" } }] });
    expect(answer.kind === "answered" && answer.errors[0]).not.toHaveProperty("local");
  });

  it("shares no objects if there are errors: an error belongs to one place", () => {
    const shared = { a: 1 };
    const value = { data: { x: shared, y: shared }, errors: [{ message: "m", path: ["x"] }] };
    const repetition = { parse: () => ({ value, shared: new Set([shared]), savedBytes: 10 }) };
    const answer = parseAnswer(200, Buffer.from(JSON.stringify(value)), repetition as never);
    if (answer.kind !== "answered") throw new Error("no answer");
    expect(answer.repeats).toBeUndefined();
    expect(answer.data?.["x"]).toEqual(answer.data?.["y"]);
    expect(answer.data?.["x"]).not.toBe(answer.data?.["y"]);
  });
});
