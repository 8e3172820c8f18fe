import {
  type ClientAuthentication,
  type ClientCredential,
  createClientAuthentication,
} from "../../src/client-auth/authenticate.js";
import { createUsedAssertions } from "../../src/client-auth/used-assertions.js";
import { type ClientId, clientId } from "../../src/domain/brand.js";
import type { Emit } from "../../src/domain/events.js";
import type { Clock } from "../../src/domain/time.js";
import { createLocalLimiter } from "../../src/limits/local-limiter.js";
import { createMemoryStores } from "../../src/stores/memory/index.js";

/** The authentication of these clients at a gateway `https://gateway.example`; all others are public. */
export const clientAuthentication = (
  clock: Clock,
  emit: Emit,
  confidential: Readonly<Record<string, ClientCredential>> = {},
): ClientAuthentication =>
  createClientAuthentication({
    confidential: new Map<ClientId, ClientCredential>(
      Object.entries(confidential).map(([id, credential]) => [clientId(id), credential]),
    ),
    rules: { issuer: "https://gateway.example", clockToleranceSeconds: 60 },
    used: createUsedAssertions({ limiter: createMemoryStores({ clock }).limiter, clock, emit }),
    local: createLocalLimiter(clock),
    maxFailures: 20,
    clock,
    emit,
  });
