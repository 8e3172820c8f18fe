import type { PeerName } from "../gateways/peers.js";
import type { WorkloadName } from "../graph/workloads.js";

/** A peer's CPU per request ÷ ours. Auth is on in ours, off in theirs. */
export const GOALS: Readonly<Partial<Record<WorkloadName, Readonly<Record<PeerName, number>>>>> = {
  A: { stock: 4, tuned: 1.6, hive: 4 },
  B: { stock: 12, tuned: 5, hive: 4 },
};
