import { parentPort, workerData } from "node:worker_threads";
import { ConfigError } from "../../domain/errors.js";
import type { StatusScopes } from "./user-file.js";
import { indexUsers, type Part, partsOf } from "./user-snapshot.js";

/** Parses a users file in a thread, and sends its users part by part, each on request. */
function* answer(): Generator<Part> {
  const { text, path, statusScopes } = workerData as {
    readonly text: string;
    readonly path: string;
    readonly statusScopes: StatusScopes;
  };
  try {
    yield* partsOf(indexUsers(text, path, statusScopes));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield { kind: "refused", problems: error.problems };
  }
}

const parts = answer();
const next = (): void => {
  const part = parts.next();
  if (part.done !== true) parentPort?.postMessage(part.value);
};
parentPort?.on("message", next);
next();
