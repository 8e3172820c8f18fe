import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createReceived, KEPT } from "../../../../src/demo/page/received.js";
import { type RequestLogEntry, writeLogEntry } from "../../../../src/demo/request-log.js";

const entry = (operation: string): RequestLogEntry => ({
  subgraph: "a",
  operation,
  headerNames: ["host"],
  identity: { kind: "anonymous" },
});

const logs = (): readonly [string, string] => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-received-"));
  return [join(folder, "a"), join(folder, "b")];
};

describe("the requests that subgraphs received", () => {
  it("are read once each, numbered through all logs, and can be asked for again", () => {
    const [a, b] = logs();
    const received = createReceived([a, b], () => 7);
    expect([received.read(), received.after(0)]).toEqual([[], { last: 0, requests: [] }]);
    writeLogEntry(a, entry("{ ä }"));
    writeLogEntry(b, entry("{ b }"));
    expect(received.read().map(({ number, operation, at }) => [number, operation, at])).toEqual([
      [1, "{ ä }", 7],
      [2, "{ b }", 7],
    ]);
    writeLogEntry(a, entry("{ c }"));
    expect(received.read()).toMatchObject([{ number: 3, operation: "{ c }", credentialDigest: null }]);
    expect(received.read()).toEqual([]);
    expect(received.after(1).requests.map(({ operation }) => operation)).toEqual(["{ b }", "{ c }"]);
    expect(received.after(9)).toEqual({ last: 3, requests: [] });
  });

  it("wait for the end of a line that is being written", () => {
    const [a] = logs();
    const received = createReceived([a], () => 0);
    const line = `${JSON.stringify(entry("{ half }"))}\n`;
    appendFileSync(a, line.slice(0, 20));
    expect(received.read()).toEqual([]);
    appendFileSync(a, line.slice(20));
    expect(received.read()).toMatchObject([{ number: 1, operation: "{ half }" }]);
  });

  it(`are kept to the number of ${KEPT}, however long the log`, () => {
    const [a] = logs();
    const received = createReceived([a], () => 0);
    appendFileSync(a, `${JSON.stringify(entry("{ x }".padEnd(300)))}\n`.repeat(KEPT + 20));
    expect(received.read()).toHaveLength(KEPT + 20);
    const { last, requests } = received.after(0);
    expect([last, requests.length, requests[0]?.number]).toEqual([KEPT + 20, KEPT, 21]);
  });
});
