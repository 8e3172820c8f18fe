import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { standardError } from "./log-output.js";
import { SECRET_NAMES, withoutTokens } from "./redact.js";
import { createSampler } from "./sampling.js";

export interface LogOptions {
  readonly level: LogLevel | "silent";
  /** Default: stderr, so that `--json` on stdout can be piped. */
  readonly destination?: DestinationStream;
}

/** The log level of each event type. A missing type does not compile. */
const LEVELS = {
  "session.created": "info",
  "session.refreshed": "debug",
  "session.refused": "info",
  "session.reused": "warn",
  "session.late": "info",
  "session.healed": "warn",
  "session.elevated": "info",
  "session.revoked": "info",
  "session.replaced": "info",
  "user.signed_out": "info",
  "revocation.lost": "error",
  "operation.denied": "info",
  "operation.allowed": "info",
  "operation.cut_off": "info",
  "login.succeeded": "info",
  "login.refused": "info",
  "login.throttled": "warn",
  "client.refused": "warn",
  "oauth.answered": "debug",
  "token.revoked": "info",
  "token.introspected": "debug",
  "credential.refused": "info",
  "dpop.refused": "warn",
  "dpop.degraded": "error",
  "origin.refused": "warn",
  "reauthentication.refused": "info",
  "subgraph.failed": "warn",
  "subgraph.called": "debug",
  "circuit.opened": "warn",
  "circuit.closed": "info",
  "supergraph.loaded": "info",
  "supergraph.refused": "error",
  "supergraph.swapped": "info",
  "supergraph.fallback": "error",
  "supergraph.not_kept": "warn",
  "store.unavailable": "error",
  "store.recovered": "info",
  "revocation.degraded": "error",
  "revocation.recovered": "info",
  "forwarded.ignored": "warn",
  "users.missing": "error",
  "users.removed": "warn",
  "pepper.unreadable": "error",
  "pepper.contradictory": "error",
  fault: "error",
} as const satisfies Record<DomainEvent["type"], LogLevel>;

/** A subgraph response with errors is logged at info, so that it can be found by its request id. */
const levelOf = (event: DomainEvent): LogLevel =>
  event.type === "subgraph.called" && event.errors !== undefined ? "info" : LEVELS[event.type];

/** The kind of an event that clients can cause at will; `undefined` for all others, which are always written. */
function kindOf(event: DomainEvent): string | undefined {
  if (event.type === "client.refused" && event.method !== undefined)
    return JSON.stringify([event.type, event.method, event.reason]);
  if (event.type === "credential.refused") return JSON.stringify([event.issuer, event.reason, event.detail]);
  if (event.type === "dpop.refused") return JSON.stringify([event.type, event.check]);
  return event.type === "origin.refused" ? JSON.stringify([event.type, event.reason]) : undefined;
}

export interface EventLog {
  /** Never throws. */
  write(event: DomainEvent): void;
  readonly logger: Logger;
}

/** Writes one JSON line per event: the event's own fields, and its type as the message. */
export function createEventLog(options: LogOptions): EventLog {
  const logger = pino(
    {
      level: options.level,
      base: { service: "cardea", pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
    },
    options.destination ?? standardError(),
  );
  const sample = createSampler(() => performance.now());
  return {
    logger,
    write(event) {
      const level = levelOf(event);
      // Redaction costs more than writing the line, and most events of a busy gateway are below the level.
      if (!logger.isLevelEnabled(level)) return;
      const kind = kindOf(event);
      const skipped = kind === undefined ? 0 : sample(kind);
      if (skipped === undefined) return;
      logger[level](withoutTokens(skipped === 0 ? event : { ...event, skipped }), event.type);
    },
  };
}
