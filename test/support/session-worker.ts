// The session service of a gateway in its own process, controlled by messages. See session-workers.ts.

import { revocableOf } from "../../src/domain/revocation.js";
import { systemClock } from "../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../src/limits/policy.js";
import { createRedisStores } from "../../src/stores/redis/index.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "./session-bench.js";
import type { PlainPrincipal, WorkerAnswer, WorkerRequest, WorkerSettings } from "./session-workers.js";

// Written by startWorker, with the types of this file.
const { url, users, ...settings } = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
const lenient = { ...DEFAULT_LIMITS, refreshPerAddress: 1e9, loginPerAccount: 1e9, loginPerAddress: 1e9 };
const stores = createRedisStores({
  url,
  commandTimeoutMs: settings.commandTimeoutMs ?? 5000,
  pollMs: 100,
  ...(settings.horizonSeconds === undefined ? {} : { horizonSeconds: settings.horizonSeconds }),
});
const bench = createSessionBench(stores, systemClock, {
  limits: { ...lenient, loginPerDevice: 1e9 },
  ...(settings.peppers === undefined ? {} : { peppers: settings.peppers }),
  ...(settings.policy === undefined ? {} : { policy: settings.policy }),
  ...(users === undefined ? {} : { users: users.map((name) => aUser(name)) }),
});
const whole = (principal: PlainPrincipal) => ({ ...principal, scopes: new Set<string>() });
const revokedAt = new Map<string, bigint>();
stores.revocations.onRevoked((entry) => {
  if (entry.kind === "session" && !revokedAt.has(entry.sessionId))
    revokedAt.set(entry.sessionId, process.hrtime.bigint());
});

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.do) {
    case "login":
      return bench.service.login(
        { username: request.username ?? "ada", password: PASSWORD },
        aRequestOrigin(),
      );
    case "refresh": {
      const { pair, session } = await bench.service.refresh(
        { refreshToken: request.token },
        aRequestOrigin(),
      );
      return {
        refreshToken: pair.refreshToken,
        session: session.id,
        principal: bench.issuer.principal(pair.accessToken),
      };
    }
    case "principal":
      return bench.issuer.principal(request.token);
    case "reauthenticate": {
      const { pair } = await bench.service.reauthenticate(
        whole(request.principal),
        PASSWORD,
        aRequestOrigin(),
      );
      return { refreshToken: pair.refreshToken };
    }
    case "revoke":
      return bench.service.revoke(whole(request.principal), undefined, aRequestOrigin());
    case "revokeAll":
      return bench.service.revokeAll(whole(request.principal), undefined, aRequestOrigin());
    case "pending":
      return bench.service.pendingRevocations;
    case "stop":
      await bench.service.close(5_000);
      await stores.close();
      return undefined;
    case "revokedAt":
      return revokedAt.get(request.session)?.toString();
    case "isRevoked":
      return stores.revocations.isRevoked(revocableOf({ ...request.principal, scopes: new Set<string>() }));
    case "isDegraded":
      return stores.revocations.isDegraded();
    case "events":
      return bench.events.filter((event) => event.type.startsWith("session.")).map((event) => event.type);
    default:
      return request satisfies never;
  }
}

process.on("message", (message: { readonly id: number; readonly request: WorkerRequest }) => {
  const reply = (content: Omit<WorkerAnswer, "id">) => process.send?.({ id: message.id, ...content });
  answer(message.request).then(
    (value) => reply({ value: JSON.parse(JSON.stringify(value ?? null)) }),
    (error: { code?: string; details?: unknown }) =>
      reply({ error: { code: error.code, details: error.details } }),
  );
});
await stores.revocations.start();
process.send?.({ id: 0, value: "ready" });
