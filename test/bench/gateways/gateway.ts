import type { Child } from "../support/child.js";

/** A gateway under measurement. */
export interface BenchGateway {
  readonly name: string;
  readonly url: string;
  readonly child: Child;
  /** Prometheus text, where there is any. */
  readonly metricsUrl?: string;
}

/** What every gateway needs to know to start. */
export interface GatewaySetting {
  /** Supergraph file: guarded for ours, plain for peers. */
  readonly supergraphPath: string;
  /** Absent: not pinned. */
  readonly core?: number;
}
