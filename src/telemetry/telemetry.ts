import type { Emit } from "../domain/events.js";
import type { EngineFigures } from "./engine-metrics.js";
import { createEventLog, type EventLog, type LogOptions } from "./log.js";
import { standardError } from "./log-output.js";
import { createMetrics, type Metrics } from "./metrics.js";

export interface Telemetry {
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly log: EventLog;
}

/** Figures that are read at every scrape. */
export interface Measured {
  readonly degraded: () => boolean;
  /** `undefined` until the engine has started. */
  readonly engine: () => EngineFigures | undefined;
  readonly missingWorkers: () => number;
}

/** Creates the log and the metrics. They receive events and never throw: a failing log must not fail a request. */
export function createTelemetry(log: LogOptions, measured: Measured): Telemetry {
  const events = createEventLog(log);
  const metrics = createMetrics({
    ...measured,
    dropped: () => (log.destination === undefined ? standardError().dropped() : 0),
  });
  return {
    log: events,
    metrics,
    emit(event) {
      try {
        metrics.count(event);
        events.write(event);
      } catch {
        // There is no further place to report a failure of telemetry.
      }
    },
  };
}
