import { randomBytes } from "node:crypto";
import type { Emit } from "../domain/events.js";
import { contradictoryPeppers, type GatewayPeppers, unreadablePeppers } from "../domain/gateway-peppers.js";
import type { Milliseconds } from "../domain/time.js";
import type { GatewayRegistry } from "./gateway-registry.js";

const REPEAT_MS: Milliseconds = 30_000;
/** Three repetitions may be lost before the others take a gateway for gone. */
const VALID_MS: Milliseconds = 4 * REPEAT_MS;

/**
 * Tells the other gateways which refresh peppers this one has, now and again, and reports whoever cannot read whose
 * tokens, and who has another secret under the same id: at the start, and when another gateway comes with other peppers. A store that is down is told later.
 *
 * @returns how to stop; the others forget this gateway at once
 */
export function announcePeppers(
  registry: GatewayRegistry,
  own: GatewayPeppers,
  emit: Emit,
): () => Promise<void> {
  const id = randomBytes(9).toString("base64url");
  let reported: ReadonlySet<string> = new Set();
  let stopped = false;

  const announce = async (): Promise<void> => {
    const others = await registry.announce(id, own, VALID_MS).catch(() => undefined);
    if (others === undefined || stopped) return;
    const contradictory = contradictoryPeppers(own, others);
    const found = new Set([...unreadablePeppers(own, others), ...contradictory]);
    for (const reason of found) {
      if (reported.has(reason)) continue;
      emit({ type: contradictory.includes(reason) ? "pepper.contradictory" : "pepper.unreadable", reason });
    }
    reported = found;
  };
  let running = announce();
  const timer = setInterval(() => {
    running = announce();
  }, REPEAT_MS);
  timer.unref();

  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
    await registry.withdraw(id).catch(() => undefined);
  };
}
