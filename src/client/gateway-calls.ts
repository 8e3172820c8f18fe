import { errorCode, textOf } from "./answer.js";
import { GatewayUnavailableError } from "./errors.js";
import type { RefreshOutcome } from "./refresh-once.js";
import type { ObservableState } from "./state.js";
import type { StoredTokens } from "./storage.js";
import {
  type FetchLike,
  outageOf,
  type Received,
  type SendOptions,
  type SentOperation,
  send,
} from "./transport.js";

/** How long the gateway may take for an answer. A request without an end would stop the other tabs. */
const ANSWER_TIMEOUT_MS = 30_000;

export interface GatewayCallsOptions {
  readonly url: string;
  readonly fetch: FetchLike;
  readonly delivery: "bearer" | "cookie";
  readonly state: Pick<ObservableState, "gateway">;
  readonly now: () => number;
}

export interface GatewayCalls {
  /** Sends an operation. @throws GatewayUnavailableError without an answer */
  reach(operation: SentOperation, token?: string, options?: SendOptions): Promise<Received>;
  /** Sends one of our own operations that returns tokens. `granted` is absent when it returned none. */
  obtain(
    operation: SentOperation,
    token?: string,
  ): Promise<{ readonly received: Received; readonly granted: Granted | undefined }>;
  /** Sends a refresh. @throws GatewayUnavailableError */
  exchange(operation: SentOperation): Promise<RefreshOutcome>;
}

export interface Granted {
  readonly tokens: StoredTokens;
  readonly deviceToken: string | undefined;
}

/** Sends our own operations, and reads what they return. */
export function createGatewayCalls({ url, fetch, delivery, state, now }: GatewayCallsOptions): GatewayCalls {
  const reach: GatewayCalls["reach"] = async (operation, token, options = {}) => {
    try {
      const received = await send(fetch, url, operation, {
        ...(delivery === "cookie" ? { credentials: "include" } : token === undefined ? {} : { token }),
        ...options,
      });
      state.gateway(outageOf(received) === undefined ? "reachable" : "unreachable");
      return received;
    } catch (cause) {
      // Aborted by the application. What we send ourselves is aborted when the answer takes too long.
      if (options.keepalive !== true && options.signal?.aborted === true) throw cause;
      state.gateway("unreachable");
      throw new GatewayUnavailableError("The gateway could not be reached.", { cause });
    }
  };

  /** @param leftMs - when the request left: the life of its tokens began after that */
  const grantedIn = ({ answer }: Received, leftMs: number): Granted | undefined => {
    const payload = Object.values(answer?.data ?? {})[0];
    if (typeof payload !== "object" || payload === null) return undefined;
    const { accessToken, refreshToken, expiresIn, deviceToken, session } = payload as Readonly<
      Record<string, unknown>
    >; // checked above
    const name = delivery === "cookie" ? globalThis.crypto.randomUUID() : accessToken;
    if (typeof name !== "string" || typeof expiresIn !== "number") return undefined;
    const { id } = (session ?? {}) as { readonly id?: unknown }; // checked below
    return {
      tokens: {
        accessToken: name,
        refreshToken: textOf(refreshToken),
        // Computed with our own clock, because the gateway's may differ.
        expiresAtSeconds: Math.floor(leftMs / 1000) + expiresIn,
        lifetimeSeconds: expiresIn,
        session: textOf(id) ?? globalThis.crypto.randomUUID(),
      },
      deviceToken: textOf(deviceToken),
    };
  };

  const obtain: GatewayCalls["obtain"] = async (operation, token) => {
    const leftMs = now();
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const received = await reach(operation, token, { keepalive: true, signal });
    return { received, granted: grantedIn(received, leftMs) };
  };

  return {
    reach,
    obtain,
    async exchange(operation) {
      const { received, granted } = await obtain(operation);
      const outage = outageOf(received);
      if (outage !== undefined) throw outage;
      if (granted !== undefined) return { kind: "refreshed", tokens: granted.tokens };
      const refusal = received.answer?.errors?.find((error) => errorCode(error) === "INVALID_GRANT");
      // Only a refusal of the gateway ends a session; an unreadable answer does not.
      if (refusal === undefined) throw new GatewayUnavailableError("The gateway sent no readable answer.");
      return { kind: "refused", reason: textOf(refusal.extensions?.["reason"]) };
    },
  };
}
