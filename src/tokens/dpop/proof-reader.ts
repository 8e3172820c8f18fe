import { hash } from "node:crypto";
import { FaultError } from "../../domain/errors.js";
import type { Emit } from "../../domain/events.js";
import { type Clock, type Milliseconds, nowSeconds, type UnixSeconds } from "../../domain/time.js";
import type { Pepper } from "../refresh-token.js";
import { createProofNonces, NONCE_WINDOW_SECONDS, type ProofNonces } from "./nonce.js";
import type { PresentedProof, ProofDemand, ProofOutcome, ProofReader } from "./presented-proof.js";
import { type ProofCheck, type ProofVerdict, type VerifiedProof, verifyProof } from "./proof.js";
import { createProofKeys } from "./proof-key.js";
import { createReplayMemory, proofDigest, type ReplayMemory } from "./replay-memory.js";
import { proofTargets } from "./target.js";

/** What became of a proof. A closed set, because it is a label of metrics. */
export type ProofResult = "accepted" | "nonce" | "invalid" | "replayed" | "unavailable";

/** Port: the used proofs of all gateways of a store. */
export interface UsedProofs {
  /**
   * Remembers a proof for `REPLAY_SECONDS`.
   *
   * @returns false when it was remembered before
   * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time
   */
  remember(digest: string): Promise<boolean>;
}

export interface ProofReaderOptions {
  /** The public URLs of the gateway. */
  readonly publicUrls: readonly string[];
  /** Sign the nonces; the first is active. */
  readonly peppers: readonly Pepper[];
  readonly used: UsedProofs;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called with the result of each proof, for metrics. Must not throw. */
  readonly count?: (result: ProofResult) => void;
  /** Default: more than a process can verify. */
  readonly memory?: ReplayMemory;
}

/** While the store is down, an event is emitted at most this often. */
const DEGRADED_INTERVAL_MS: Milliseconds = 60_000;

const DETAILS: Readonly<Record<ProofCheck, string>> = {
  missing: "the header DPoP is missing",
  count: "more than one DPoP proof",
  size: "the proof is too long",
  form: "the proof is not a compact JWS",
  typ: "typ is not dpop+jwt",
  alg: "alg is not allowed for proofs",
  jwk: "jwk is not a public key for this algorithm",
  htm: "htm is not the method of the request",
  htu: "htu is not a URL of this endpoint (server.publicUrls)",
  iat: "iat is missing, or differs from our clock by more than 300 s",
  jti: "jti is missing or too long",
  nonce: "the nonce is missing or old",
  signature: "bad signature",
  ath: "ath is not the hash of the access token",
  key: "the token is bound to another key",
  replay: "the proof was used before",
};

/** Verifies the proofs of requests, and accepts each one once. */
export function createProofReader(options: ProofReaderOptions): ProofReader {
  const {
    publicUrls,
    clock,
    used,
    emit,
    count = () => undefined,
    memory = createReplayMemory(clock),
  } = options;
  const nonces = createProofNonces(options.peppers);
  const keys = createProofKeys();
  const targetsByPath = new Map<string, ReadonlySet<string>>();
  let lastDegradedMs = Number.NEGATIVE_INFINITY;

  const targetsOf = (path: string): ReadonlySet<string> => {
    const known = targetsByPath.get(path);
    if (known !== undefined) return known;
    const targets = proofTargets(publicUrls, path);
    targetsByPath.set(path, targets);
    return targets;
  };

  const parts: ReaderParts = {
    nonces,
    now: () => nowSeconds(clock),
    verify: (text, method, path) =>
      verifyProof(text, { method, targets: targetsOf(path), nonces, keys }, nowSeconds(clock)),
    refused(check, requestId) {
      count(check === "nonce" ? "nonce" : check === "replay" ? "replayed" : "invalid");
      // Every client gets its first nonce this way.
      if (check !== "nonce") emit({ type: "dpop.refused", check, reason: DETAILS[check], requestId });
    },
    accepted: () => count("accepted"),
    rememberHere: ({ thumbprint, jti, nonce }) => memory.remember(proofDigest(thumbprint, jti), nonce.window),
    async rememberEverywhere({ thumbprint, jti }) {
      try {
        return (await used.remember(proofDigest(thumbprint, jti))) ? "new" : "known";
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        const nowMs = clock.monotonicMs();
        if (nowMs - lastDegradedMs >= DEGRADED_INTERVAL_MS) {
          lastDegradedMs = nowMs;
          emit({
            type: "dpop.degraded",
            reason:
              "the store does not answer: each gateway remembers the used proofs of mutations by itself",
          });
        }
        return "unknown";
      }
    },
    full() {
      count("unavailable");
      return new FaultError(
        "SERVICE_UNAVAILABLE",
        "the memory for used DPoP proofs is full, so this proof could be accepted twice",
        { details: { retryAfter: NONCE_WINDOW_SECONDS } },
      );
    },
  };
  return {
    read: (header, method, path, requestId) => new RequestProof(parts, header, method, path, requestId),
  };
}

interface ReaderParts {
  readonly nonces: ProofNonces;
  now(): UnixSeconds;
  verify(text: string, method: string, path: string): ProofVerdict;
  refused(check: ProofCheck, requestId: string): void;
  accepted(): void;
  rememberHere(proof: VerifiedProof): "new" | "known" | "full";
  /** `unknown`: the store does not answer. */
  rememberEverywhere(proof: VerifiedProof): Promise<"new" | "known" | "unknown">;
  full(): FaultError;
}

class RequestProof implements PresentedProof {
  nonce: string | undefined;
  private verdict: ProofVerdict | undefined;
  private here: "new" | "known" | "full" | undefined;
  private everywhere: Promise<"new" | "known" | "unknown"> | undefined;

  constructor(
    private readonly parts: ReaderParts,
    private readonly header: string | undefined,
    private readonly method: string,
    private readonly path: string,
    private readonly requestId: string,
  ) {}

  get isPresent(): boolean {
    return this.header !== undefined;
  }

  check({ accessToken, thumbprint, lasting }: ProofDemand): ProofOutcome | Promise<ProofOutcome> {
    this.verdict ??= this.verify();
    if (this.verdict.kind === "invalid") return this.refuse(this.verdict.check);
    const { proof } = this.verdict;
    if (!proof.nonce.isCurrent) this.offerNonce();
    if (accessToken !== undefined && proof.ath !== hash("sha256", accessToken, "base64url"))
      return this.refuse("ath");
    if (thumbprint !== undefined && proof.thumbprint !== thumbprint) return this.refuse("key");
    // Used up only by a request that it is good for.
    const isFirst = this.here === undefined;
    this.here ??= this.parts.rememberHere(proof);
    if (this.here === "known") return this.refuse("replay");
    if (!lasting) {
      if (this.here === "full") throw this.parts.full();
      if (isFirst) this.parts.accepted();
      return { kind: "proven", thumbprint: proof.thumbprint };
    }
    this.everywhere ??= this.parts.rememberEverywhere(proof);
    return this.everywhere.then((outcome) => {
      if (outcome === "known") return this.refuse("replay");
      if (outcome === "unknown" && this.here === "full") throw this.parts.full();
      if (isFirst) this.parts.accepted();
      return { kind: "proven", thumbprint: proof.thumbprint };
    });
  }

  private verify(): ProofVerdict {
    if (this.header === undefined) return { kind: "invalid", check: "missing" };
    // node:http joins repeated headers with a comma, which no proof contains (RFC 9449 §4.3 check 1).
    if (this.header.includes(",")) return { kind: "invalid", check: "count" };
    return this.parts.verify(this.header, this.method, this.path);
  }

  private offerNonce(): void {
    this.nonce = this.parts.nonces.current(this.parts.now());
  }

  private refuse(check: ProofCheck): ProofOutcome {
    if (check === "nonce" || check === "missing") this.offerNonce();
    this.parts.refused(check, this.requestId);
    return {
      kind: "refused",
      reason: check === "nonce" ? "DPOP_NONCE_REQUIRED" : "DPOP_PROOF_INVALID",
      detail: DETAILS[check],
      isAmbiguous: check === "count",
    };
  }
}
