import { createHash } from "node:crypto";
import type { TenantId } from "../domain/brand.js";
import type { Seconds } from "../domain/time.js";
import type { Attempt } from "./limiter.js";

/** How many attempts are allowed; see `limits.*` in the configuration. */
export interface LimitPolicy {
  readonly loginPerAccount: number;
  readonly loginPerAddress: number;
  readonly loginPerDevice: number;
  readonly loginWindowSeconds: Seconds;
  /** Refreshes per address and minute, counted in this process. */
  readonly refreshPerAddress: number;
  /** Refresh tokens with a bad MAC per address and minute, counted in this process. */
  readonly invalidRefreshPerAddress: number;
}

export const DEFAULT_LIMITS: LimitPolicy = {
  loginPerAccount: 10,
  loginPerAddress: 100,
  loginPerDevice: 20,
  loginWindowSeconds: 900,
  refreshPerAddress: 600,
  invalidRefreshPerAddress: 60,
};

const LOCAL_WINDOW_SECONDS: Seconds = 60;

/** Login names are personal data and of any length: only their digest becomes a key. */
const digest = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);

/** Directories may take several spellings for one name; a guesser must not get a window for each. */
const sameName = (account: string): string => account.normalize("NFKC").toLowerCase().trim();

/**
 * One counter for everyone who can easily change places: an IPv6 host commands its whole /64 (RFC 4291 §2.5.4), and
 * an IPv4 address mapped into IPv6 is the same host.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}

/**
 * What one login or re-authentication costs: a point of the account, of the address and of the device. The account's
 * window is short and cannot be lengthened from outside, so an attacker delays its owner but never locks them out.
 */
export function loginAttempts(
  policy: LimitPolicy,
  tenant: TenantId,
  account: string,
  address: string,
  device: string | undefined,
): readonly Attempt[] {
  const windowSeconds = policy.loginWindowSeconds;
  const group = addressGroup(address);
  return [
    { key: `la:${digest(tenant, sameName(account))}`, points: policy.loginPerAccount, windowSeconds },
    { key: `ld:${digest(group, device ?? "")}`, points: policy.loginPerDevice, windowSeconds },
    { key: `li:${digest(group)}`, points: policy.loginPerAddress, windowSeconds },
  ];
}

export const refreshAttempt = (policy: LimitPolicy, address: string): Attempt => ({
  key: `rf:${addressGroup(address)}`,
  points: policy.refreshPerAddress,
  windowSeconds: LOCAL_WINDOW_SECONDS,
});

export const invalidRefreshAttempt = (policy: LimitPolicy, address: string): Attempt => ({
  key: `rx:${addressGroup(address)}`,
  points: policy.invalidRefreshPerAddress,
  windowSeconds: LOCAL_WINDOW_SECONDS,
});
