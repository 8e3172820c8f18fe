import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/http/parse-json.js";

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("a JSON body", () => {
  it("may be nested as deep as real variables are", () => {
    expect(parseJson(nested(128)).kind).toBe("value");
    expect(parseJson(`{"a":"${"[{".repeat(500)}","b":"\\"${"[".repeat(500)}"}`).kind).toBe("value");
    expect(parseJson(`[${"[],{},".repeat(1000)}1]`).kind).toBe("value");
  });

  it("is refused when nesting would exhaust whoever recurses over it", () => {
    expect(parseJson(nested(129)).kind).toBe("refused");
    expect(parseJson(`{"a":${nested(400_000)}}`).kind).toBe("refused");
    // Lists and objects count together, and a text beside them does not hide them.
    expect(parseJson(`${'{"a":['.repeat(64)}1${"]}".repeat(64)}`).kind).toBe("value");
    expect(parseJson(`${'{"a":['.repeat(64)}{}${"]}".repeat(64)}`).kind).toBe("refused");
    expect(parseJson(`["\\"",${nested(127)}]`).kind).toBe("value");
    expect(parseJson(`["\\"",${nested(128)}]`).kind).toBe("refused");
  });

  it("is refused without being quoted", () => {
    const refused = parseJson('{"password":"hunter2" x');
    expect(refused).toEqual({ kind: "refused", message: "The body is not JSON." });
  });

  it("keeps prototype names as data", () => {
    const parsed = parseJson('{"__proto__":{"polluted":true}}');
    expect(parsed.kind === "value" && Object.hasOwn(parsed.value as object, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
