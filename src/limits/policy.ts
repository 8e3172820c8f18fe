import { createHash } from "node:crypto";
import type { TenantId } from "../domain/brand.js";
import type { Seconds } from "../domain/time.js";
import { addressGroup } from "./address.js";
import type { Attempt } from "./limiter.js";

/** How many attempts are allowed; see `limits.*` in the configuration. */
export interface LimitPolicy {
  /** Failures of one account from unknown devices before each further attempt has to wait. */
  readonly loginPerAccount: number;
  readonly loginPerAddress: number;
  readonly loginPerDevice: number;
  /** The window of the limits per address and per device label. */
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

/** Failures in a row are kept for a day after the latest one. */
const FAILURES_WINDOW_SECONDS: Seconds = 86_400;
const MAX_WAIT_SECONDS: Seconds = 900;
/** NIST SP 800-63B-4 §3.2.2: no more than 100 failures in a row. */
const CLOSE_AFTER = 100;
const CLOSED_SECONDS: Seconds = 30 * 86_400;

/** Login names are personal data and can have any length: only their digest is used as a key. */
const digest = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);

/** A directory may accept several spellings of a name. All must use the same counter. */
const sameName = (account: string): string => account.normalize("NFKC").toLowerCase().trim();

/** The counters of one password attempt. */
export interface LoginAttempts {
  /** The counter of the account, device or session. A success deletes it. */
  readonly own: Attempt;
  /** The counters of the address and of the device label. */
  readonly around: readonly Attempt[];
}

const failures = (key: string, points: number): Attempt => ({
  key,
  points,
  windowSeconds: FAILURES_WINDOW_SECONDS,
  backoff: {
    maxWaitSeconds: MAX_WAIT_SECONDS,
    // Attempts under way count too: as many as are allowed at once must never close an account.
    closeAfter: Math.max(CLOSE_AFTER, points + 1),
    closedSeconds: CLOSED_SECONDS,
  },
});

/** The key for failures of an account from unknown devices. */
export const accountKey = (tenant: TenantId, account: string): string =>
  `fa:${digest(tenant, sameName(account))}`;

/**
 * A login from an unknown device counts against the account, the address and the device label. An attacker can delay
 * the owner of an account on a new device by at most 15 minutes, until there are 100 failures in a row.
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
    // Without a label there is nothing to count by.
    around: [
      { key: `fn:${digest(group)}`, points: policy.loginPerAddress, windowSeconds },
      ...(device === "" ? [] : [label]),
    ],
  };
}

/**
 * A login from a known device counts against the device, so that attackers elsewhere never delay it, and against all
 * known devices of the user. Both need a device token of this user. The second limits an attacker who can create device
 * tokens with a stolen pepper.
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

/** A step-up counts against the session: only its owner, or a thief of its access token, can make one. */
export const stepUpAttempts = (policy: LimitPolicy, session: string): LoginAttempts => ({
  own: failures(`fs:${digest(session)}`, policy.loginPerAccount),
  around: [],
});

/**
 * Failed client authentications count per client and address, so that nobody can lock a client out from elsewhere, and
 * per address over all client ids.
 */
export const clientAuthFailures = (
  maxFailures: number,
  client: string,
  address: string,
): readonly Attempt[] => {
  const group = addressGroup(address);
  return [
    {
      key: `ax:${digest(client, group)}`,
      points: maxFailures,
      windowSeconds: LOCAL_WINDOW_SECONDS,
    },
    { key: `ay:${group}`, points: ADDRESS_FACTOR * maxFailures, windowSeconds: LOCAL_WINDOW_SECONDS },
  ];
};

/** Several clients may share an address. */
const ADDRESS_FACTOR = 5;

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
