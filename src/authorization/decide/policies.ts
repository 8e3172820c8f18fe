import type { Principal } from "../../domain/principal.js";
import type { Milliseconds } from "../../domain/time.js";
import type { Policy } from "../settings.js";

/** An unregistered policy is false. */
export const NO_POLICY = (): boolean => false;

/**
 * Calls every named policy once, in parallel and with one timeout. A policy counts as false when it is unknown, late,
 * throws, or returns anything but `true`.
 */
export const callPolicies = async (
  names: readonly string[],
  policies: ReadonlyMap<string, Policy>,
  principal: Principal,
  timeoutMs: Milliseconds,
): Promise<(name: string) => boolean> => {
  const granted = new Set<string>();
  const abort = new AbortController();
  let closed = false;
  const call = async (name: string): Promise<void> => {
    const policy = policies.get(name);
    if (policy === undefined) return;
    try {
      const answer: unknown = await policy({ name, principal, signal: abort.signal });
      if (answer === true && !closed) granted.add(name);
    } catch {
      // A policy that throws does not grant.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.all(names.map(call)), deadline]);
  clearTimeout(timer);
  closed = true;
  abort.abort();
  return (name) => granted.has(name);
};
