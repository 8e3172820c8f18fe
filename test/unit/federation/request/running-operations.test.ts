import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_TENANT, sessionId, tenantId } from "../../../../src/domain/brand.js";
import { LOCAL_ISSUER, type Revocation } from "../../../../src/domain/revocation.js";
import { publicSessionId } from "../../../../src/domain/session.js";
import {
  createRunningOperations,
  type RunningOperation,
  type RunningOperations,
} from "../../../../src/federation/request/running-operations.js";
import { ClientDisconnect } from "../../../../src/http/client-disconnect.js";
import { createMemoryStores } from "../../../../src/stores/memory/index.js";
import type { RevocableToken } from "../../../../src/tokens/revocation-view.js";
import { createFakeClock } from "../../../support/fake-clock.js";

const NOW = 1_900_000_000;
const until = NOW + 300;
const OUTSIDE = "https://a.example";
const sid = (n: number) => publicSessionId(n & 63, Buffer.alloc(16, n));
const adas: RevocableToken = {
  issuer: LOCAL_ISSUER,
  subject: "ada",
  tenant: DEFAULT_TENANT,
  sessionId: sid(1),
  tokenId: "jti-1",
  epoch: 7,
  authTime: NOW - 20,
  issuedAt: NOW - 10,
};
const outside: RevocableToken = {
  issuer: OUTSIDE,
  subject: "ada",
  tenant: DEFAULT_TENANT,
  sessionId: sessionId("theirs"),
  tokenId: "jti-1",
  issuedAt: NOW - 10,
};

const opened: RunningOperations[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.stop();
});

function aHarness() {
  const { revocations } = createMemoryStores({ clock: createFakeClock(NOW * 1000) });
  const running = createRunningOperations(revocations);
  opened.push(running);
  return {
    revocations,
    running,
    begin: (token: RevocableToken = adas, client = new ClientDisconnect()): RunningOperation =>
      running.begin(token, client),
  };
}
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 40));
const adasSession: Revocation = { kind: "session", tenant: DEFAULT_TENANT, sessionId: sid(1), until };

describe("running operations", () => {
  it.each<[string, RevocableToken, Revocation]>([
    ["its session", adas, adasSession],
    ["its user", adas, { kind: "user", tenant: DEFAULT_TENANT, subject: "ada", epoch: 8, until }],
    ["its token", adas, { kind: "token", issuer: LOCAL_ISSUER, tokenId: "jti-1", until }],
    ["its tenant", adas, { kind: "tenant", tenant: DEFAULT_TENANT, notBefore: NOW, until }],
    ["everyone", adas, { kind: "global", notBefore: NOW, until }],
    [
      "an outside subject",
      outside,
      { kind: "subject", issuer: OUTSIDE, subject: "ada", notBefore: NOW, until },
    ],
    ["an outside token", outside, { kind: "token", issuer: OUTSIDE, tokenId: "jti-1", until }],
    ["an outside session", outside, { kind: "outsideSession", issuer: OUTSIDE, sessionId: "theirs", until }],
  ])("are cancelled by a revocation of %s", async (_, token, entry) => {
    const { begin, revocations } = aHarness();
    const operation = begin(token);
    let heard = 0;
    operation.addEventListener("abort", () => {
      heard += 1;
    });
    revocations.apply(entry);
    await expect.poll(() => operation.cancelReason).toBe("revoked");
    expect([operation.aborted, operation.isAbandoned, heard]).toEqual([true, true, 1]);
  });

  it.each<[string, RevocableToken, Revocation]>([
    ["another session", adas, { ...adasSession, sessionId: sid(2) }],
    ["the same id in another tenant", adas, { ...adasSession, tenant: tenantId("other") }],
    [
      "an outside subject of the same name",
      adas,
      { kind: "subject", issuer: OUTSIDE, subject: "ada", notBefore: NOW, until },
    ],
    [
      "a local user of the same name",
      outside,
      { kind: "user", tenant: DEFAULT_TENANT, subject: "ada", epoch: 8, until },
    ],
    ["the epoch it has", adas, { kind: "user", tenant: DEFAULT_TENANT, subject: "ada", epoch: 7, until }],
    ["what was issued before it", adas, { kind: "global", notBefore: NOW - 10, until }],
  ])("go on through a revocation of %s", async (_, token, entry) => {
    const { begin, revocations } = aHarness();
    const operation = begin(token);
    revocations.apply(entry);
    await aMoment();
    expect([operation.cancelReason, operation.aborted, operation.isAbandoned]).toEqual([
      undefined,
      false,
      false,
    ]);
  });

  it("are found whichever of them have ended, and only once each", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 200 }), async (plan) => {
        const { begin, running, revocations } = aHarness();
        const all = plan.map(([n, ends]) => ({ n, ends, operation: begin({ ...adas, sessionId: sid(n) }) }));
        let heard = 0;
        for (const { operation } of all)
          operation.addEventListener("abort", () => {
            heard += 1;
          });
        for (const { ends, operation } of all) if (ends) running.end(operation);
        revocations.apply(adasSession);
        revocations.apply({ ...adasSession, sessionId: sid(2) });
        const hit = all.filter(({ n, ends }) => !ends && (n === 1 || n === 2));
        await expect.poll(() => heard).toBe(hit.length);
        for (const each of all) expect(each.operation.cancelReason === "revoked").toBe(hit.includes(each));
      }),
      { numRuns: 25 },
    );
  });

  it("hold on to no neighbour once they have ended", () => {
    const { begin, running } = aHarness();
    const [, middle] = [begin(), begin(), begin()];
    if (middle !== undefined) running.end(middle);
    expect([middle?.before, middle?.after]).toEqual([undefined, undefined]);
  });

  it("are spared during a mutation of their own at the auth subgraph, and go no further after it", async () => {
    const { begin, revocations } = aHarness();
    const operation = begin();
    let answer: (text: string) => void = () => undefined;
    const answered = operation.atAuth(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    revocations.apply(adasSession);
    await aMoment();
    expect([operation.cancelReason, operation.aborted]).toEqual([undefined, false]);
    answer("signed out");
    expect(await answered).toBe("signed out");
    expect([operation.cancelReason, operation.aborted, operation.isAbandoned]).toEqual([
      "bySelf",
      true,
      false,
    ]);
  });

  it("continue after a mutation at the auth subgraph that revoked others, and are cancelled later like all", async () => {
    const { begin, revocations } = aHarness();
    const operation = begin();
    await operation.atAuth(async () => revocations.apply({ ...adasSession, sessionId: sid(2) }));
    expect(operation.cancelReason).toBeUndefined();
    revocations.apply(adasSession);
    await expect.poll(() => operation.cancelReason).toBe("revoked");
  });

  it("are abandoned when their client disconnects, and report it once", () => {
    const { begin } = aHarness();
    const client = new ClientDisconnect();
    const operation = begin(adas, client);
    const heard: string[] = [];
    const gone = () => void heard.push("gone");
    operation.addEventListener("abort", gone);
    operation.addEventListener("abort", () => heard.push("left"));
    operation.removeEventListener("abort", gone);
    client.notify();
    expect([operation.aborted, operation.isAbandoned, operation.cancelReason, heard]).toEqual([
      true,
      true,
      undefined,
      ["left"],
    ]);
  });

  it("are left alone once nobody listens any more", async () => {
    const { begin, running, revocations } = aHarness();
    const operation = begin();
    running.stop();
    revocations.apply(adasSession);
    await aMoment();
    expect(operation.cancelReason).toBeUndefined();
  });
});
