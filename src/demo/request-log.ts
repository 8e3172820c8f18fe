import { appendFileSync } from "node:fs";

/** The caller as a subgraph sees it after verifying the gateway's token, with the token's issuer and audience. */
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

/** One line of a subgraph's request log. It holds no credential and no value of a variable. */
export interface RequestLogEntry {
  readonly subgraph: string;
  readonly operation: string;
  readonly headerNames: readonly string[];
  /** SHA-256 of the bearer credential, only for comparison. */
  readonly credentialDigest?: string;
  readonly identity: SeenIdentity;
}

/** Appends synchronously, so that the log has the request before the client has the response. */
export function writeLogEntry(path: string, entry: RequestLogEntry): void {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}
