import { ConfigError } from "../domain/errors.js";
import type { Milliseconds } from "../domain/time.js";
import type { KeyRing } from "./key-ring.js";
import type { KeySource } from "./key-source.js";

/** Well below `ROTATION_LEAD_SECONDS`, so that every gateway has a new key before it signs. */
const DEFAULT_INTERVAL_MS: Milliseconds = 2_000;

/**
 * Reads the keys again every `intervalMs` and gives them to the ring. When they cannot be read, the ring keeps its keys
 * and `onProblem` is called with a text that holds no part of a key.
 *
 * @returns a function that stops it
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
      options.onProblem(
        error instanceof ConfigError ? error.message : "the keys cannot be read; the old ones stay in use",
      );
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void reread(), options.intervalMs ?? DEFAULT_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
