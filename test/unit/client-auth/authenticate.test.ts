import { describe, expect, it } from "vitest";
import {
  type ClientCredential,
  type ClientVerdict,
  createClientAuthentication,
} from "../../../src/client-auth/authenticate.js";
import type { PresentedClient } from "../../../src/client-auth/presented.js";
import { createSecretCheck } from "../../../src/client-auth/secrets.js";
import { createUsedAssertions } from "../../../src/client-auth/used-assertions.js";
import { clientId } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { nowSeconds } from "../../../src/domain/time.js";
import { createLocalLimiter } from "../../../src/limits/local-limiter.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { aClientKey, anAssertion } from "../../support/client-assertions.js";
import { createFakeClock } from "../../support/fake-clock.js";

const ISSUER = "https://api.example.com";
const SECRET = "a secret of more than 32 characters";
const [BFF, SSR, AWAY] = [clientId("bff"), clientId("ssr"), clientId("away")];
const ADDRESS = "192.0.2.1";

function aGateway() {
  const clock = createFakeClock();
  const events: DomainEvent[] = [];
  const emit = (event: DomainEvent): void => void events.push(event);
  const key = aClientKey();
  const confidential = new Map<typeof BFF, ClientCredential>([
    [BFF, { method: "client_secret_basic", isSecret: createSecretCheck([SECRET]) }],
    [
      SSR,
      {
        method: "private_key_jwt",
        keys: { find: (kid) => key.publicKeys.find((each) => each.kid === kid) },
      },
    ],
    [
      AWAY,
      {
        method: "private_key_jwt",
        keys: { find: () => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "its key set is away")) },
      },
    ],
  ]);
  const clients = createClientAuthentication({
    confidential,
    rules: { issuer: ISSUER, clockToleranceSeconds: 60 },
    used: createUsedAssertions({ limiter: createMemoryStores({ clock }).limiter, clock, emit }),
    local: createLocalLimiter(clock),
    maxFailures: 3,
    clock,
    emit,
  });
  const authenticate = async (presented: PresentedClient, address = ADDRESS): Promise<ClientVerdict> =>
    clients.authenticate(presented, address);
  const assertion = (client: string = SSR): string => anAssertion(key, client, ISSUER, nowSeconds(clock));
  return { clock, events, authenticate, assertion };
}

const bySecret = (secret: string, client = BFF): PresentedClient => ({
  kind: "client_secret_basic",
  clientId: client,
  secret,
});

describe("client authentication", () => {
  it("knows a client by its secret, at once", async () => {
    const { authenticate, events } = aGateway();
    expect(await authenticate(bySecret(SECRET))).toEqual({ kind: "authenticated", clientId: BFF });
    expect(events).toEqual([]);
  });

  it("knows a client by an assertion, once", async () => {
    const { authenticate, assertion, events } = aGateway();
    const presented = { kind: "private_key_jwt", assertion: assertion() } as const;
    expect(await authenticate(presented)).toEqual({ kind: "authenticated", clientId: SSR });
    expect(await authenticate(presented)).toEqual({ kind: "refused" });
    expect(events).toMatchObject([
      {
        type: "client.refused",
        clientId: SSR,
        method: "private_key_jwt",
        reason: "the assertion was used before",
      },
    ]);
  });

  it("lets a public client pass, also one that it does not know", async () => {
    const { authenticate } = aGateway();
    const app = clientId("app");
    expect(await authenticate({ kind: "none", clientId: app })).toEqual({ kind: "public", clientId: app });
    expect(await authenticate({ kind: "none" })).toEqual({ kind: "public" });
  });

  it.each<[string, (assertion: (client?: string) => string) => PresentedClient, string]>([
    ["the id of a confidential client alone", () => ({ kind: "none", clientId: BFF }), "must authenticate"],
    ["a wrong secret", () => bySecret(`${SECRET}x`), "wrong secret"],
    [
      "a secret of a client with a key",
      () => bySecret(SECRET, SSR),
      "not configured for client_secret_basic",
    ],
    ["a secret of nobody", () => bySecret(SECRET, clientId("x")), "not configured for client_secret_basic"],
    [
      "an assertion of a client with a secret",
      (assertion) => ({ kind: "private_key_jwt", assertion: assertion(BFF) }),
      "not configured for private_key_jwt",
    ],
    [
      "an assertion beside another client_id",
      (assertion) => ({ kind: "private_key_jwt", assertion: assertion(), clientId: BFF }),
      "another client",
    ],
    ["nonsense", () => ({ kind: "private_key_jwt", assertion: "nonsense" }), "malformed"],
    ["two methods", () => ({ kind: "unusable", reason: "two methods", clientId: BFF }), "two methods"],
  ])("refuses %s, with the reason in the log", async (_, presented, reason) => {
    const { authenticate, assertion, events } = aGateway();
    expect(await authenticate(presented(assertion))).toEqual({ kind: "refused" });
    expect(events).toMatchObject([{ type: "client.refused", reason: expect.stringContaining(reason) }]);
  });

  it("quotes a client id in the log shortened, without control characters", async () => {
    const { authenticate, events } = aGateway();
    await authenticate(bySecret("x", clientId(`a\u0000\n\u2028b${"c".repeat(200)}`)));
    expect(events).toMatchObject([{ clientId: expect.stringMatching(/^abc{62}$/) }]);
  });

  it("lets a client try again later that failed too often from one address, and no other address suffers", async () => {
    const { authenticate, clock } = aGateway();
    for (let n = 0; n < 3; n += 1) await authenticate(bySecret("wrong"));
    expect(await authenticate(bySecret(SECRET))).toMatchObject({ kind: "limited" });
    expect(await authenticate(bySecret(SECRET), "198.51.100.7")).toMatchObject({ kind: "authenticated" });
    clock.advanceSeconds(61);
    expect(await authenticate(bySecret(SECRET))).toMatchObject({ kind: "authenticated" });
  });

  it("limits an address that tries many client ids", async () => {
    const { authenticate } = aGateway();
    for (let n = 0; n < 15; n += 1) await authenticate(bySecret("wrong", clientId(`c${n}`)));
    expect(await authenticate(bySecret("wrong", clientId("one more")))).toMatchObject({ kind: "limited" });
  });

  it("does not call a client wrong whose key set cannot be read", async () => {
    const { authenticate, assertion, events } = aGateway();
    const presented = { kind: "private_key_jwt", assertion: assertion(AWAY) } as const;
    await expect(authenticate(presented)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(events).toEqual([]);
  });

  it("never writes a secret or an assertion into an event", async () => {
    const { authenticate, assertion, events } = aGateway();
    const text = assertion(BFF);
    await authenticate(bySecret("hunter2 hunter2 hunter2"));
    await authenticate({ kind: "private_key_jwt", assertion: text });
    const written = JSON.stringify(events);
    expect(written).not.toContain("hunter2");
    expect(written).not.toContain(text.slice(0, 20));
  });
});
