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

/** A request that a subgraph received, from its own log. It holds no credential and no value of a variable. */
export interface SeenRequest {
  readonly subgraph: string;
  readonly operation: string;
  readonly headerNames: readonly string[];
  /** SHA-256 of the bearer credential, base64url, only for comparison. */
  readonly credentialDigest: string | null;
  readonly identity: SeenIdentity;
}
