import { AuthError } from "../domain/errors.js";
import type { RequestOrigin } from "./delivery.js";
import type { ClientSettings } from "./dependencies.js";

/** A client with `dpop: required` sent no proof. The refusal is that of its endpoint. */
export const UNBOUND = "the client has dpop: required, and the tokens are not bound to a key";

/** What the tokens of a new session are bound to. */
export type NewBinding =
  /** `thumbprint` absent: bearer tokens. */
  | { readonly kind: "allowed"; readonly thumbprint: string | undefined }
  /** The client must bind its tokens and sent no proof. */
  | { readonly kind: "refused" };

/**
 * The key that the tokens of a new session are bound to: that of the proof of the request, as far as the client may.
 *
 * @throws AuthError `UNAUTHENTICATED` with reason `DPOP_NONCE_REQUIRED` | `DPOP_PROOF_INVALID`
 * @throws FaultError `SERVICE_UNAVAILABLE` when the proof cannot be remembered
 */
export async function newBinding(
  { dpop = "off" }: Pick<ClientSettings, "dpop">,
  origin: RequestOrigin,
): Promise<NewBinding> {
  const isProven = origin.proof?.isPresent === true;
  if (dpop === "off") return { kind: "allowed", thumbprint: undefined };
  if (!isProven)
    return dpop === "required" ? { kind: "refused" } : { kind: "allowed", thumbprint: undefined };
  return { kind: "allowed", thumbprint: await provenKey(origin) };
}

/**
 * The `jkt` of the proof that came with the request.
 *
 * @throws AuthError `UNAUTHENTICATED` with reason `DPOP_NONCE_REQUIRED` | `DPOP_PROOF_INVALID`
 * @throws FaultError `SERVICE_UNAVAILABLE` when the proof cannot be remembered
 */
export async function provenKey(origin: RequestOrigin): Promise<string> {
  const outcome = await origin.proof?.check({ lasting: true });
  if (outcome?.kind === "proven") return outcome.thumbprint;
  throw new AuthError("UNAUTHENTICATED", outcome?.detail ?? "no DPoP proof was read", {
    reason: outcome?.reason ?? "DPOP_PROOF_INVALID",
  });
}
