import { createRedisStores } from "../../../src/stores/redis/index.js";

/**
 * Another gateway's memory, as a process: tells when each revoked session became known here, on the monotonic clock
 * that all processes of a machine share.
 */
const [url = ""] = process.argv.slice(2);
const stores = createRedisStores({ url });
stores.revocations.onRevoked((entry) => {
  if (entry.kind !== "session") return;
  process.send?.({ id: entry.sessionId, seenNs: process.hrtime.bigint().toString() });
});
await stores.revocations.start();
process.send?.({ ready: true });
process.once("SIGTERM", () => void stores.close().then(() => process.exit(0)));
