import { createHmac, timingSafeEqual } from "node:crypto";
import type { Seconds, UnixSeconds } from "../../domain/time.js";
import type { Pepper } from "../refresh-token.js";

/** How long a nonce is the current one. The one before it is accepted too. */
export const NONCE_WINDOW_SECONDS: Seconds = 60;
const MAC_BYTES = 16;

/** A nonce that was accepted. */
export interface AcceptedNonce {
  /** The number of its window: Unix time divided by {@link NONCE_WINDOW_SECONDS}. */
  readonly window: number;
  /** False for the nonce of the last window: the client should get the current one. */
  readonly isCurrent: boolean;
}

/** The nonces of proofs (RFC 9449 §8): the clock of the gateway, signed. Nothing is stored. */
export interface ProofNonces {
  current(now: UnixSeconds): string;
  /** @returns `undefined` for every text but the nonces of this window and the last one */
  accept(text: unknown, now: UnixSeconds): AcceptedNonce | undefined;
}

export const windowAt = (now: UnixSeconds): number => Math.floor(now / NONCE_WINDOW_SECONDS);

interface Known {
  readonly window: number;
  readonly texts: readonly { readonly bytes: Buffer; readonly nonce: AcceptedNonce }[];
}

/**
 * Creates the nonces: base64url(u32 window ‖ HMAC-SHA-256(pepper, "cardea/dpop/nonce/1" ‖ u32 window), first 16 bytes).
 * All gateways with the same peppers accept each other's.
 *
 * @param peppers - the first one signs; nonces of the others are accepted, so that peppers can be changed
 */
export function createProofNonces(peppers: readonly Pepper[]): ProofNonces {
  const [active] = peppers;
  if (active === undefined)
    throw new TypeError("there is no pepper; give at least one (tokens.refreshPeppers)");
  const nonceOf = ({ secret }: Pepper, window: number): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(window);
    const mac = createHmac("sha256", secret).update("cardea/dpop/nonce/1").update(bytes).digest();
    return Buffer.concat([bytes, mac.subarray(0, MAC_BYTES)]).toString("base64url");
  };
  // Computed once a window, not once a request.
  let known: Known = { window: Number.NaN, texts: [] };
  const knownAt = (window: number): Known => {
    if (known.window !== window) {
      const texts = [window, window - 1].flatMap((each) =>
        peppers.map((pepper) => ({
          bytes: Buffer.from(nonceOf(pepper, each), "latin1"),
          nonce: { window: each, isCurrent: each === window },
        })),
      );
      known = { window, texts };
    }
    return known;
  };
  return {
    current: (now) => nonceOf(active, windowAt(now)),
    accept(text, now) {
      if (typeof text !== "string") return undefined;
      const bytes = Buffer.from(text, "utf8");
      return knownAt(windowAt(now)).texts.find(
        (each) => each.bytes.length === bytes.length && timingSafeEqual(each.bytes, bytes),
      )?.nonce;
    },
  };
}
