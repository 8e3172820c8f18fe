import { createHmac, timingSafeEqual } from "node:crypto";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import type { Pepper } from "./refresh-token.js";

/** Prefix of our device tokens; secret scanners look for it. */
export const DEVICE_TOKEN_PREFIX = "cdt_";
/** A device without a sign-in for this long counts as unknown again. */
export const DEVICE_TOKEN_LIFE_SECONDS: Seconds = 400 * 86_400;
const VERSION = 1;
const REFERENCE_AT = 2;
const DEVICE_AT = 18;
const ISSUED_AT = 34;
const BODY_BYTES = 38;
const TOKEN_BYTES = 54;

/** A device token proves that this user has signed in on this device. It grants no access. */
export interface DeviceToken {
  /** `userReference` of its user, 16 bytes. */
  readonly reference: Buffer;
  /** 16 random bytes that identify the device. */
  readonly device: Buffer;
  readonly issuedAt: UnixSeconds;
}

/** Reads and writes device tokens under the refresh peppers. */
export interface DeviceTokens {
  /** The parsed token; `undefined` when the text is not one of our device tokens, or is too old. */
  parse(text: unknown, now: UnixSeconds): DeviceToken | undefined;
  format(token: DeviceToken): string;
}

/**
 * Device tokens: version ‖ kid ‖ reference ‖ device ‖ u32be issued ‖ MAC. The key of the MAC is derived from the pepper
 * with its own label, so that no other kind of our tokens is accepted as a device token.
 *
 * @param peppers - the first is active, the others can still be read
 */
export function createDeviceTokens(peppers: readonly Pepper[]): DeviceTokens {
  const keys = new Map(
    peppers.map(({ id, secret }) => [id, createHmac("sha256", secret).update("cardea/dt/mac/1").digest()]),
  );
  const macOf = (key: Buffer, body: Buffer): Buffer =>
    createHmac("sha256", key)
      .update(body)
      .digest()
      .subarray(0, TOKEN_BYTES - BODY_BYTES);

  return {
    parse(text, now) {
      if (typeof text !== "string" || !text.startsWith(DEVICE_TOKEN_PREFIX)) return undefined;
      const encoded = text.slice(DEVICE_TOKEN_PREFIX.length);
      if (encoded.length !== (TOKEN_BYTES / 3) * 4) return undefined;
      const bytes = Buffer.from(encoded, "base64url");
      if (bytes.length !== TOKEN_BYTES || bytes.toString("base64url") !== encoded) return undefined;
      const key = keys.get(bytes.readUInt8(1));
      if (bytes.readUInt8(0) !== VERSION || key === undefined) return undefined;
      const body = bytes.subarray(0, BODY_BYTES);
      if (!timingSafeEqual(macOf(key, body), bytes.subarray(BODY_BYTES))) return undefined;
      const issuedAt = body.readUInt32BE(ISSUED_AT);
      if (now - issuedAt > DEVICE_TOKEN_LIFE_SECONDS) return undefined;
      return {
        reference: body.subarray(REFERENCE_AT, DEVICE_AT),
        device: body.subarray(DEVICE_AT, ISSUED_AT),
        issuedAt,
      };
    },
    format({ reference, device, issuedAt }) {
      const [active] = keys;
      if (active === undefined)
        throw new TypeError("there is no refresh pepper; give at least one (tokens.refreshPeppers)");
      const [kid, key] = active;
      const body = Buffer.concat([Buffer.from([VERSION, kid]), reference, device, Buffer.alloc(4)]);
      body.writeUInt32BE(issuedAt, ISSUED_AT);
      return `${DEVICE_TOKEN_PREFIX}${Buffer.concat([body, macOf(key, body)]).toString("base64url")}`;
    },
  };
}
