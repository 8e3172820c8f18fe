import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** Who a subgraph believes is calling, after it checked the gateway's signature: issuer and audience as they stood in the token. */
export type SeenIdentity =
  | {
      readonly kind: "user";
      readonly subject: string;
      readonly audience: string;
      readonly issuer: string;
      readonly scopes: readonly string[];
    }
  | { readonly kind: "anonymous" }
  | { readonly kind: "refused"; readonly reason: string };

/** One line of a subgraph's request log. Holds no credential and no value of a variable. */
export interface RequestLogEntry {
  readonly subgraph: string;
  readonly operation: string;
  readonly headerNames: readonly string[];
  /** SHA-256 of the bearer credential that came along, to compare with, never to use. */
  readonly credentialDigest?: string;
  readonly identity: SeenIdentity;
}

/** Appends at once: whoever has an answer in hand finds the request in the log. */
export function writeLogEntry(path: string, entry: RequestLogEntry): void {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/** Everything a subgraph was asked so far, oldest first. */
export function readLog(path: string): readonly RequestLogEntry[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RequestLogEntry); // we wrote it ourselves, above
}
