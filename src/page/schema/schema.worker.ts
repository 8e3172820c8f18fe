import type { SchemaCall } from "./protocol.js";
import { createSchemaService, replyTo } from "./service.js";

// Parsing, validating and searching a large schema takes longer than a key press may wait, so it happens in this thread.
const answer = createSchemaService();
globalThis.addEventListener("message", ({ data }: MessageEvent<SchemaCall>) => {
  void replyTo(answer, data).then((reply) => globalThis.postMessage(reply));
});
