import { describe, expect, it } from "vitest";
import { ERROR_TABLE, errorRow } from "../../src/domain/errors.js";
import { filesBelow, readText } from "./source-files.js";

const ROW = /^\| (\d) \| .+ \| (\d{3}) \| (.*?) \|$/gm;

interface Exit {
  readonly step: number;
  readonly status: number;
  readonly codes: readonly string[];
}

const exits: readonly Exit[] = [...readText("docs/architecture.md").matchAll(ROW)].map(
  ([, step, status, codes = ""]) => ({
    step: Number(step),
    status: Number(status),
    codes: [...codes.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code),
  }),
);

/** Step 1 answers before there is GraphQL: its statuses are HTTP's own, whatever the code. */
const isHttp = ({ step }: Exit): boolean => step === 1;

/** Statuses that the GraphQL endpoint and what is in front of it write by themselves. */
const statusesInSource = (): readonly number[] =>
  [...filesBelow("src/http").filter((path) => !path.includes("oauth")), "src/compose/routes.ts"].flatMap(
    (path) =>
      [...readText(path).matchAll(/\brefusal\(\s*[\w.]+,\s*(\d{3})/g)].map(([, status]) => Number(status)),
  );

describe("the drawing of a request", () => {
  it("gives each exit the status its code has in the error table", () => {
    expect(exits.length).toBeGreaterThan(30);
    const wrong = exits
      .filter((exit) => !isHttp(exit))
      .flatMap(({ status, codes }) => codes.map((code) => ({ code, status })))
      .filter(({ code, status }) => errorRow(code) !== undefined && errorRow(code)?.status !== status);
    expect(wrong).toEqual([]);
  });

  it("has an exit for each code of the table", () => {
    const drawn = new Set(exits.flatMap(({ codes }) => codes));
    expect(Object.keys(ERROR_TABLE).filter((code) => !drawn.has(code))).toEqual([]);
  });

  it("knows each status that is answered before there is GraphQL", () => {
    const drawn = exits.filter(isHttp).map(({ status }) => status);
    const inSource = [
      ...new Set([...statusesInSource(), ERROR_TABLE.ORIGIN_REFUSED.status, ERROR_TABLE.RATE_LIMITED.status]),
    ];
    expect(drawn.sort()).toEqual(inSource.sort());
  });

  it("draws each status of the table at its step", () => {
    const drawing = readText("docs/architecture.md").split("```mermaid")[1]?.split("```")[0] ?? "";
    const missing = exits.filter(({ step, status }) => {
      const label = drawing.split("\n").find((line) => line.includes(`x${step}([exit])`)) ?? "";
      return step < 7 && status !== 200 && status !== 500 && !label.includes(String(status));
    });
    expect(missing).toEqual([]);
  });
});
