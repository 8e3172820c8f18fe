import { describe, expect, it } from "vitest";
import type { CredentialRefusedEvent, DomainEvent } from "../../../src/domain/events.js";
import { createEventLog } from "../../../src/telemetry/log.js";
import { createMetrics } from "../../../src/telemetry/metrics.js";
import { redactText } from "../../../src/telemetry/redact.js";
import { createSampler } from "../../../src/telemetry/sampling.js";

function capture(level: "debug" | "info" = "debug") {
  const lines: string[] = [];
  const log = createEventLog({
    level,
    destination: { write: (line: string) => lines.push(line) },
  });
  return { lines, log };
}

const allowed: DomainEvent = {
  type: "operation.allowed",
  operationHash: "h",
  asked: ["Query.me"],
  requestId: "r",
  rulesDigest: "d",
};

describe("the event log", () => {
  it("writes one JSON line per event with its own fields", () => {
    const { lines, log } = capture();
    log.write({ type: "fault", reason: "store lost", requestId: "r1" });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      msg: "fault",
      reason: "store lost",
      requestId: "r1",
      level: 50,
    });
  });

  it("writes nothing below its level", () => {
    const { lines, log } = capture("info");
    log.write({ type: "subgraph.called", subgraph: "a", durationMs: 1 });
    expect(lines).toHaveLength(0);
    log.write(allowed);
    expect(lines).toHaveLength(1);
  });

  const refusal = (changes: Partial<CredentialRefusedEvent> = {}): CredentialRefusedEvent => ({
    type: "credential.refused",
    reason: "TOKEN_INVALID",
    detail: "another audience",
    issuer: "https://idp",
    requestId: "r1",
    ...changes,
  });

  it("logs why a credential was refused, at info", () => {
    const { lines, log } = capture("info");
    log.write(refusal());
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg: "credential.refused", ...refusal(), level: 30 });
  });

  it("thins out refusals of a kind, and no others", () => {
    const { lines, log } = capture("info");
    for (let n = 0; n < 1000; n += 1) log.write(refusal({ requestId: String(n) }));
    expect(lines).toHaveLength(10);
    log.write(refusal({ detail: "bad signature" }));
    log.write(refusal({ issuer: "local" }));
    expect(lines).toHaveLength(12);
  });

  it("thins out refused proofs, by what failed", () => {
    const { lines, log } = capture("info");
    for (const check of ["signature", "replay"])
      for (let n = 0; n < 100; n += 1)
        log.write({ type: "dpop.refused", check, reason: "no", requestId: "r" });
    expect(lines).toHaveLength(20);
  });

  it("reports how many lines it skipped, and bounds how many kinds it counts separately", () => {
    let now = 0;
    const sample = createSampler(() => now);
    const taken = () => Array.from({ length: 12 }, () => sample("a"));
    expect(taken()).toEqual([...Array(10).fill(0), undefined, undefined]);
    now += 10_000;
    expect(sample("a")).toBe(2);
    const kinds = Array.from({ length: 5000 }, (_, n) => sample(String(n)));
    expect(kinds.filter((skipped) => skipped !== undefined).length).toBeLessThan(1011);
  });

  it("logs the errors of a subgraph at info, and keeps the request id of each line", () => {
    const { lines, log } = capture("info");
    log.write({
      type: "subgraph.called",
      subgraph: "a",
      requestId: "r7",
      durationMs: 1,
      errors: 1,
      texts: ["no such column"],
    });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ requestId: "r7", texts: ["no such column"] });
  });

  it.each([
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl",
    `crt_${"A".repeat(116)}`,
    `cat_${"B".repeat(60)}`,
    "Bearer abcdefghijklmnop",
    "redis://user:hunter2@localhost:6379",
  ])("keeps %s out of a line, wherever it hides", (secret) => {
    const { lines, log } = capture();
    log.write({ type: "fault", reason: `it failed at ${secret}, twice` });
    expect(lines[0]).toContain("[redacted");
    expect(lines[0]).not.toMatch(/eyJhbGci|A{20}|B{20}|abcdefghijklmnop|hunter2/);
  });

  it("does not change ordinary text", () => {
    const text = "session 4f2 refused: idle (http://localhost:4001/graphql)";
    expect(redactText(text)).toBe(text);
  });
});

describe("metrics", () => {
  it("count events under labels from closed sets", async () => {
    const metrics = createMetrics({ degraded: () => true, process: false });
    metrics.count({
      type: "login.refused",
      tenant: "default" as never,
      reason: "wrong password",
      address: "10.0.0.9",
    });
    metrics.count({
      type: "operation.denied",
      operationHash: "hash-1",
      requestId: "r",
      asked: ["Query.secret"],
      refusals: [{ coordinate: "Query.secret", code: "FORBIDDEN" }],
      coordinates: ["Query.secret"],
      codes: ["FORBIDDEN", "FORBIDDEN"],
      rulesDigest: "d",
      dryRun: false,
    });
    metrics.request("graphql", "BREW", 200, 12);
    const { text } = await metrics.expose();
    expect(text).toContain('cardea_login_events_total{type="login.refused"} 1');
    expect(text).toContain('cardea_operations_denied_total{code="FORBIDDEN",dry_run="false"} 1');
    expect(text).toContain('method="other",status="2xx"');
    expect(text).toContain("cardea_revocation_view_degraded 1");
    expect(text).not.toMatch(/10\.0\.0\.9|hash-1|Query\.secret|BREW/);
  });
});
