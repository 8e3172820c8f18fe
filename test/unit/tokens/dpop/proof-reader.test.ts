import { describe, expect, it } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import type { DomainEvent } from "../../../../src/domain/events.js";
import { createProofReader, type ProofResult } from "../../../../src/tokens/dpop/proof-reader.js";
import { createReplayMemory } from "../../../../src/tokens/dpop/replay-memory.js";
import { athOf, createProver } from "../../../support/dpop-proofs.js";
import { createFakeClock } from "../../../support/fake-clock.js";
import { A_PEPPER } from "../../../support/secrets.js";

const TOKEN = "token";

function aReader({ store = true, capacity = 10 }: { store?: boolean; capacity?: number } = {}) {
  const clock = createFakeClock();
  const events: DomainEvent[] = [];
  const results: ProofResult[] = [];
  const stored = new Set<string>();
  const down = new FaultError("SERVICE_UNAVAILABLE", "the store does not answer");
  const reader = createProofReader({
    publicUrls: ["https://api.example.com"],
    peppers: [{ id: 1, secret: A_PEPPER }],
    clock,
    emit: (event) => events.push(event),
    count: (result) => results.push(result),
    memory: createReplayMemory(clock, capacity),
    used: {
      async remember(digest) {
        if (!store) throw down;
        const isNew = !stored.has(digest);
        stored.add(digest);
        return isNew;
      },
    },
  });
  const read = (header: string | undefined) => reader.read(header, "POST", "/graphql", "r1");
  const asked = read(undefined);
  asked.check({ lasting: false });
  const prover = createProver();
  const aProof = (claims: object = {}) =>
    prover.prove({
      htm: "POST",
      htu: "https://api.example.com/graphql",
      iat: Math.floor(clock.nowMs() / 1000),
      nonce: asked.nonce,
      ath: athOf(TOKEN),
      ...claims,
    });
  events.length = 0;
  results.length = 0;
  return { read, aProof, clock, events, results, stored };
}

describe("the proof of a request", () => {
  it("is used up by the request: once for all operations of it, never for the next request", async () => {
    const { read, aProof, results, stored } = aReader();
    const text = aProof();
    const proof = read(text);
    for (const lasting of [false, true, false, true])
      expect(await proof.check({ accessToken: TOKEN, lasting })).toMatchObject({ kind: "proven" });
    expect(results).toEqual(["accepted"]);
    expect(stored.size).toBe(1);
    expect(await read(text).check({ accessToken: TOKEN, lasting: false })).toMatchObject({
      kind: "refused",
      reason: "DPOP_PROOF_INVALID",
    });
    expect(results).toEqual(["accepted", "replayed"]);
  });

  it("is not used up by a request that it is not for", async () => {
    const { read, aProof, events } = aReader();
    const text = aProof();
    const other = athOf("another key");
    expect(await read(text).check({ accessToken: "another token", lasting: true })).toMatchObject({
      kind: "refused",
    });
    expect(await read(text).check({ thumbprint: other, lasting: true })).toMatchObject({ kind: "refused" });
    expect(events).toMatchObject([
      { type: "dpop.refused", check: "ath", requestId: "r1" },
      { type: "dpop.refused", check: "key", requestId: "r1" },
    ]);
    expect(await read(text).check({ accessToken: TOKEN, lasting: true })).toMatchObject({ kind: "proven" });
  });

  it("is checked here alone while the store is down, with one event a minute", async () => {
    const { read, aProof, clock, events } = aReader({ store: false });
    const text = aProof();
    expect(await read(text).check({ lasting: true })).toMatchObject({ kind: "proven" });
    expect(await read(text).check({ lasting: true })).toMatchObject({ kind: "refused" });
    expect(await read(aProof()).check({ lasting: true })).toMatchObject({ kind: "proven" });
    expect(events.filter(({ type }) => type === "dpop.degraded")).toHaveLength(1);
    clock.advanceSeconds(60);
    expect(await read(aProof()).check({ lasting: true })).toMatchObject({ kind: "proven" });
    expect(events.filter(({ type }) => type === "dpop.degraded")).toHaveLength(2);
  });

  it("is refused as an outage when it cannot be remembered: unknown means no", async () => {
    const full = aReader({ capacity: 0 });
    const check = async (lasting: boolean) => full.read(full.aProof()).check({ lasting });
    await expect(check(false)).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      details: { retryAfter: 60 },
    });
    // The store remembers it.
    expect(await check(true)).toMatchObject({ kind: "proven" });
    const alone = aReader({ capacity: 0, store: false });
    await expect((async () => alone.read(alone.aProof()).check({ lasting: true }))()).rejects.toBeInstanceOf(
      FaultError,
    );
    expect(alone.results).toEqual(["unavailable"]);
  });

  it("brings the next nonce when it had the last one or none, and is no event then", async () => {
    const { read, aProof, clock, events, results } = aReader();
    const current = read(aProof());
    await current.check({ lasting: false });
    expect(current.nonce).toBeUndefined();
    const without = read(aProof({ nonce: undefined }));
    expect(await without.check({ lasting: false })).toMatchObject({ reason: "DPOP_NONCE_REQUIRED" });
    expect(without.nonce).toMatch(/^[\w-]{27}$/);
    clock.advanceSeconds(60);
    const last = read(aProof());
    expect(await last.check({ lasting: false })).toMatchObject({ kind: "proven" });
    expect(last.nonce).not.toBe(without.nonce);
    expect(events).toEqual([]);
    expect(results).toEqual(["accepted", "nonce", "accepted"]);
  });

  it("says that there were two (RFC 9449 §4.3 check 1)", async () => {
    const { read, aProof, events } = aReader();
    expect(await read(`${aProof()}, ${aProof()}`).check({ lasting: false })).toMatchObject({
      kind: "refused",
      isAmbiguous: true,
    });
    expect(events).toMatchObject([{ check: "count" }]);
  });

  it("leaves no part of itself in events", async () => {
    const { read, aProof, events } = aReader();
    const text = aProof({ htu: "https://evil.example/graphql", jti: "a-canary" });
    await read(text).check({ lasting: false });
    const signature = text.split(".")[2] ?? "";
    for (const secret of ["a-canary", signature, "evil.example"])
      expect(JSON.stringify(events)).not.toContain(secret);
    expect(events).toHaveLength(1);
  });
});
