/** Why a request is refused for its proof, as the client sees it. */
export type ProofRefusal = "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID";

/** What the proof of a request must show. */
export interface ProofDemand {
  /** The access token that came with it; the proof must contain its hash (RFC 9449 §7.1). Absent: no token is used. */
  readonly accessToken?: string;
  /** The `jkt` that the token is bound to. Absent: any key, because a new token will be bound to it. */
  readonly thumbprint?: string;
  /**
   * The request changes something: no gateway of the store accepts the proof again. Otherwise this process does not.
   */
  readonly lasting: boolean;
}

export type ProofOutcome =
  | {
      readonly kind: "proven";
      /** The `jkt` of the key (RFC 9449 §6.1): base64url of 32 bytes. */
      readonly thumbprint: string;
    }
  | {
      readonly kind: "refused";
      readonly reason: ProofRefusal;
      /** The inner reason. Never sent to the client. */
      readonly detail: string;
      /** More than one proof came. */
      readonly isAmbiguous: boolean;
    };

/**
 * The DPoP proof of one HTTP request (RFC 9449). The operations of a batch share it: it is verified and used once for
 * all of them.
 */
export interface PresentedProof {
  /** Did the request have the header `DPoP`? */
  readonly isPresent: boolean;
  /** The value for the header `DPoP-Nonce` of the response, when the client needs it. Read it after the checks. */
  readonly nonce: string | undefined;
  /**
   * Verifies the proof, and uses it up. The second operation of a batch may check it again.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` when the proof cannot be remembered, so that it could be accepted twice
   */
  check(demand: ProofDemand): ProofOutcome | Promise<ProofOutcome>;
}

/** Reads the proof of a request. */
export interface ProofReader {
  /**
   * @param header - the header `DPoP`; several are joined by commas, as node:http does
   * @param path - of the endpoint, without query
   */
  read(header: string | undefined, method: string, path: string, requestId: string): PresentedProof;
}
