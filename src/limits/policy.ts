import { createHash } from "node:crypto";
import type { TenantId } from "../domain/brand.js";
import type { Seconds } from "../domain/time.js";
import { addressGroup } from "./address.js";
import type { Attempt } from "./limiter.js";

/** How many attempts are allowed; see `limits.*` in the configuration. */
export interface LimitPolicy {
  /** Failures of one account from devices that are not known, before each further one has to wait. */
  readonly loginPerAccount: number;
  readonly loginPerAddress: number;
  readonly loginPerDevice: number;
  /** Of the limits per address and per device label. */
  readonly loginWindowSeconds: Seconds;
  /** Refreshes per address and minute, counted in this process. */
  readonly refreshPerAddress: number;
  /** Refresh tokens with a bad MAC per address and minute, counted in this process. */
  readonly invalidRefreshPerAddress: number;
}

export const DEFAULT_LIMITS: LimitPolicy = {
  loginPerAccount: 5,
  loginPerAddress: 100,
  loginPerDevice: 20,
  loginWindowSeconds: 900,
  refreshPerAddress: 600,
  invalidRefreshPerAddress: 60,
};

const LOCAL_WINDOW_SECONDS: Seconds = 60;

/** Failures in a row are remembered for a day after the latest one. */
const FAILURES_WINDOW_SECONDS: Seconds = 86_400;
const MAX_WAIT_SECONDS: Seconds = 900;
/** NIST SP 800-63B-4 §3.2.2: no more than 100 failures in a row. */
const CLOSE_AFTER = 100;
const CLOSED_SECONDS: Seconds = 30 * 86_400;

/** Login names are personal data and of any length: only their digest becomes a key. */
const digest = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);

/** Directories may take several spellings for one name; a guesser must not get a counter for each. */
const sameName = (account: string): string => account.normalize("NFKC").toLowerCase().trim();

/** What one attempt at a password counts against. */
export interface LoginAttempts {
  /** Whose password it is; a success forgets it. */
  readonly own: Attempt;
  /** Where it came from. */
  readonly around: readonly Attempt[];
}

const failures = (key: string, points: number): Attempt => ({
  key,
  points,
  windowSeconds: FAILURES_WINDOW_SECONDS,
  backoff: {
    maxWaitSeconds: MAX_WAIT_SECONDS,
    // Attempts whose outcome is not known yet count as well: those allowed at once must never close an account.
    closeAfter: Math.max(CLOSE_AFTER, points + 1),
    closedSeconds: CLOSED_SECONDS,
  },
});

/** The counter of an account's failures from devices that are not known. */
export const accountKey = (tenant: TenantId, account: string): string =>
  `fa:${digest(tenant, sameName(account))}`;

/**
 * A login from a device that is not known: a failure of the account, of the address and of the device label. An attacker
 * delays the owner of an account on new devices by at most 15 minutes, until there were 100 failures in a row.
 */
export function loginAttempts(
  policy: LimitPolicy,
  tenant: TenantId,
  account: string,
  address: string,
  device = "",
): LoginAttempts {
  const windowSeconds = policy.loginWindowSeconds;
  const group = addressGroup(address);
  const label: Attempt = {
    key: `fl:${digest(group, device)}`,
    points: policy.loginPerDevice,
    windowSeconds,
  };
  return {
    own: failures(accountKey(tenant, account), policy.loginPerAccount),
    // Nobody is told from others by a label they do not send.
    around: [
      { key: `fn:${digest(group)}`, points: policy.loginPerAddress, windowSeconds },
      ...(device === "" ? [] : [label]),
    ],
  };
}

/**
 * A login from a device its owner has signed in on before: a failure of the device, so that no stranger ever delays it, and
 * of all the known devices of its owner. Nobody without a device token of this user reaches either; whoever makes device
 * tokens out of a stolen pepper is bounded by the second.
 */
export const knownDeviceAttempts = (
  policy: LimitPolicy,
  { device, reference }: { readonly device: Buffer; readonly reference: Buffer },
): LoginAttempts => ({
  own: failures(`fd:${digest(device.toString("base64url"))}`, policy.loginPerAccount),
  around: [
    {
      key: `fk:${digest(reference.toString("base64url"))}`,
      points: policy.loginPerDevice,
      windowSeconds: policy.loginWindowSeconds,
    },
  ],
});

/** A step-up: counted by the session, which nobody has but its owner, or a thief of its access token. */
export const stepUpAttempts = (policy: LimitPolicy, session: string): LoginAttempts => ({
  own: failures(`fs:${digest(session)}`, policy.loginPerAccount),
  around: [],
});

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
