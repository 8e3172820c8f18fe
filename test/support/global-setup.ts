import { ensureRedisServer } from "./ensure-redis.js";

/** Provides what the tests need and a machine may lack, once, before any test starts. */
export default function setup(): void {
  ensureRedisServer();
}
