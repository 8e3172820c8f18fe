import { createHash } from "node:crypto";
import type { TenantId } from "../domain/brand.js";
import type { Seconds } from "../domain/time.js";
import { addressGroup } from "./address.js";
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
