import type { GatewayPeppers } from "../../domain/gateway-peppers.js";
import type { GatewayRegistry } from "../../sessions/gateway-registry.js";
import type { RedisClient } from "./connection/client.js";
import { text } from "./connection/reply.js";
import type { Keys } from "./keys.js";
import { SCRIPTS } from "./scripts/scripts.js";

/** Keeps one small hash for the whole installation, with a field per gateway. */
export function createGatewayRegistry(client: RedisClient, keys: Keys): GatewayRegistry {
  const run = (args: readonly (string | number)[]) => client.run(SCRIPTS.announce, [keys.gateways], args);
  return {
    async announce(id, peppers, forMs) {
      const answer = await run([id, forMs, JSON.stringify(peppers)]);
      const others: readonly unknown[] = Array.isArray(answer) ? answer : [];
      return others.flatMap((each) => readPeppers(text(each)));
    },
    withdraw: async (id) => void (await run([id, 0, ""])),
  };
}

/** An announcement in the format of another version is ignored. */
function readPeppers(written: string): readonly GatewayPeppers[] {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return [];
  }
  if (typeof value !== "object" || value === null) return [];
  const { name, active, readable, tags } = value as Readonly<Record<string, unknown>>;
  const isId = (id: unknown): id is number => Number.isInteger(id);
  return typeof name === "string" && isId(active) && Array.isArray(readable) && readable.every(isId)
    ? [{ name, active, readable, ...(isTags(tags) ? { tags } : {}) }]
    : [];
}

const isTags = (tags: unknown): tags is Readonly<Record<string, string>> =>
  typeof tags === "object" && tags !== null && Object.values(tags).every((tag) => typeof tag === "string");
