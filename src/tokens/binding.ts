import { ownMember } from "../domain/claims.js";

/** To what a token is bound, by its claim `cnf` (RFC 7800). */
export type Binding =
  | { readonly kind: "none" }
  /** To a key by its thumbprint `jkt` (RFC 9449 §6.1): base64url of 32 bytes. */
  | { readonly kind: "key"; readonly thumbprint: string }
  /** To something that cannot be checked here. Such a token must not be accepted: its sender may have stolen it. */
  | { readonly kind: "unknown" };

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/** @param cnf - the claim, `undefined` when the token has none */
export function readBinding(cnf: unknown): Binding {
  if (cnf === undefined) return { kind: "none" };
  if (typeof cnf !== "object" || cnf === null || Array.isArray(cnf)) return { kind: "unknown" };
  const members = cnf as Readonly<Record<string, unknown>>; // checked above to be an object
  const thumbprint = ownMember(members, "jkt");
  const isOnlyKey = Object.keys(members).length === 1 && typeof thumbprint === "string";
  return isOnlyKey && THUMBPRINT.test(thumbprint) ? { kind: "key", thumbprint } : { kind: "unknown" };
}
