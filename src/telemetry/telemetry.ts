import type { Emit } from "../domain/events.js";
import { createEventLog, type EventLog, type LogOptions } from "./log.js";
import { createMetrics, type Metrics } from "./metrics.js";

export interface Telemetry {
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly log: EventLog;
}

/**
 * What hears events along the way and answers to nobody: a failing log must not fail a request.
 *
 * @param degraded - asked at every scrape
 */
export function createTelemetry(log: LogOptions, degraded: () => boolean): Telemetry {
  const events = createEventLog(log);
  const metrics = createMetrics({ degraded });
  return {
    log: events,
    metrics,
    emit(event) {
      try {
        metrics.count(event);
        events.write(event);
      } catch {
        // Telemetry that breaks stays silent: there is nobody left to tell.
      }
    },
  };
}
