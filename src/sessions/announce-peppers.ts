import { randomBytes } from "node:crypto";
import type { Emit } from "../domain/events.js";
import { contradictoryPeppers, type GatewayPeppers, unreadablePeppers } from "../domain/gateway-peppers.js";
import type { Milliseconds } from "../domain/time.js";
import type { GatewayRegistry } from "./gateway-registry.js";

const REPEAT_MS: Milliseconds = 30_000;
/** After three lost announcements the other gateways forget this one. */
const VALID_MS: Milliseconds = 4 * REPEAT_MS;

/**
 * Announces the refresh peppers of this gateway to the others, at start and every 30 s. Reports each pair of gateways
 * that cannot read each other's tokens or has different secrets under one id, once per finding. While the store does
 * not answer, the announcement is repeated at the next interval.
 *
 * @returns a function that stops it; the others then forget this gateway at once
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
