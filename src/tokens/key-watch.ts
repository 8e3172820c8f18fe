import { ConfigError } from "../domain/errors.js";
import type { Milliseconds } from "../domain/time.js";
import type { KeyRing } from "./key-ring.js";
import type { KeySource } from "./key-source.js";

/** Well below the lead of a rotation, so that no gateway misses a change-over. */
const DEFAULT_INTERVAL_MS: Milliseconds = 2_000;

/**
 * Rereads the keys every `intervalMs` and hands them to the ring. Keys that cannot be read change nothing: the ring
 * keeps what it has, and `onProblem` is told, without any part of a key.
 *
 * @returns how to stop
 */
export function watchKeys(
  source: KeySource,
  ring: Pick<KeyRing, "replace">,
  options: { readonly intervalMs?: Milliseconds; readonly onProblem: (text: string) => void },
): () => void {
  let running = false;
  const reread = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      ring.replace(await source.load());
    } catch (error) {
      options.onProblem(error instanceof ConfigError ? error.message : "the key source does not answer");
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void reread(), options.intervalMs ?? DEFAULT_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
