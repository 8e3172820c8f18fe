import type { CardeaConfig } from "../config/resolve.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import type { Limiter } from "../limits/limiter.js";
import type { ProofReader } from "../sessions/delivery.js";
import type { Metrics } from "../telemetry/metrics.js";
import { PROOF_ALGORITHMS } from "../tokens/dpop/proof-key.js";
import { createProofReader, type UsedProofs } from "../tokens/dpop/proof-reader.js";
import { REPLAY_SECONDS } from "../tokens/dpop/replay-memory.js";
import type { Pepper } from "../tokens/refresh-token.js";

export interface ProofParts {
  readonly publicUrls: readonly string[];
  readonly peppers: readonly Pepper[];
  readonly limiter: Limiter;
  readonly metrics: Pick<Metrics, "proof">;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Verifies DPoP proofs on the peppers and the store of this process. */
export const openProofs = ({ publicUrls, peppers, limiter, metrics, clock, emit }: ProofParts): ProofReader =>
  createProofReader({
    publicUrls,
    peppers,
    used: usedProofs(limiter),
    clock,
    emit,
    count: metrics.proof,
  });

/** A limit of one use until the proof is no longer accepted is exactly what every store can do already. */
const usedProofs = (limiter: Limiter): UsedProofs => ({
  async remember(digest) {
    const attempt = { key: `dp:${digest}`, points: 1, windowSeconds: REPLAY_SECONDS };
    return (await limiter.take([attempt])).kind === "allowed";
  },
});

/** The algorithms of proofs, for metadata and challenges; `undefined` when no client may use proofs. */
export const proofAlgorithmsOf = ({
  clients,
}: Pick<CardeaConfig, "clients">): readonly string[] | undefined =>
  Object.values(clients).some(({ dpop }) => dpop !== "off") ? PROOF_ALGORITHMS : undefined;
