import type { Principal } from "../../domain/principal.js";
import type { Milliseconds } from "../../domain/time.js";
import type { Policy } from "../settings.js";

/** Nobody registered it, so it is false. */
export const NO_POLICY = (): boolean => false;

/**
 * Asks every named policy once, all together and under one deadline. Unknown, undecided, late, throwing or
 * merely truthy counts as false.
 */
export const askPolicies = async (
  names: readonly string[],
  policies: ReadonlyMap<string, Policy>,
  principal: Principal,
  timeoutMs: Milliseconds,
): Promise<(name: string) => boolean> => {
  const granted = new Set<string>();
  const abort = new AbortController();
  let closed = false;
  const ask = async (name: string): Promise<void> => {
    const policy = policies.get(name);
    if (policy === undefined) return;
    try {
      const answer: unknown = await policy({ name, principal, signal: abort.signal });
      if (answer === true && !closed) granted.add(name);
    } catch {
      // A policy that fails has not said yes.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.all(names.map(ask)), deadline]);
  clearTimeout(timer);
  closed = true;
  abort.abort();
  return (name) => granted.has(name);
};
