import { createRedisStores } from "../../../src/stores/redis/index.js";

/**
 * The revocation view of another gateway, as a process. It reports when each revoked session became known here, by the
 * monotonic clock that all processes of a machine share.
 */
const TELL_AFTER_MS = 250;
const [url = ""] = process.argv.slice(2);
const stores = createRedisStores({ url });
let seen: { readonly id: string; readonly seenNs: string }[] = [];
stores.revocations.onRevoked((entry) => {
  if (entry.kind !== "session") return;
  // Reported later and together, because a report takes longer than the measured time.
  if (seen.length === 0)
    setTimeout(() => {
      process.send?.({ seen });
      seen = [];
    }, TELL_AFTER_MS);
  seen.push({ id: entry.sessionId, seenNs: process.hrtime.bigint().toString() });
});
await stores.revocations.start();
process.send?.({ ready: true });
process.once("SIGTERM", () => void stores.close().then(() => process.exit(0)));
