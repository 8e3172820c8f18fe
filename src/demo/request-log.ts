import { appendFileSync } from "node:fs";
import type { SeenRequest } from "../domain/seen-request.js";

/** One line of a subgraph's request log. */
export interface RequestLogEntry extends Omit<SeenRequest, "credentialDigest"> {
  /** Absent: no credential came. */
  readonly credentialDigest?: string;
}

/** Appends synchronously, so that the log has the request before the client has the response. */
export function writeLogEntry(path: string, entry: RequestLogEntry): void {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}
