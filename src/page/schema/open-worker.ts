import type { SchemaPort } from "./client.js";
import address from "./schema.worker.ts?worker&url";

/** Starts the schema worker. The content policy requires Trusted Types, so that only this address can become a script. */
export function openSchemaWorker(): SchemaPort {
  return new Worker(trusted(address), { type: "module", name: "schema" }) as SchemaPort; // a worker posts what it is typed to
}

function trusted(script: string): string {
  if (globalThis.trustedTypes === undefined) return script;
  const policy = globalThis.trustedTypes.createPolicy("cardea-schema-worker", {
    createScriptURL: (wanted) => {
      if (wanted !== address) throw new TypeError("Only the schema worker may be started.");
      return wanted;
    },
  });
  return policy.createScriptURL(script);
}
