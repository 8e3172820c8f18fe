import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { withoutTokens } from "./redact.js";

export interface LogOptions {
  readonly level: LogLevel | "silent";
  /** Default: stderr, so that `--json` on stdout can be piped. */
  readonly destination?: DestinationStream;
}

/** Fields that would be secret wherever they stood. Events have none of them; this is the second lock. */
const REDACTED = [
  "accessToken",
  "refreshToken",
  "token",
  "password",
  "secret",
  "authorization",
  "cookie",
  "key",
];

/** How loud each kind of event is. A type missing here would not compile. */
const LEVELS = {
  "session.created": "info",
  "session.refreshed": "debug",
  "session.refused": "info",
  "session.reused": "warn",
  "session.late": "info",
  "session.healed": "warn",
  "session.elevated": "info",
  "session.revoked": "info",
  "user.signed_out": "info",
  "revocation.lost": "error",
  "operation.denied": "info",
  "operation.allowed": "info",
  "operation.cut_off": "info",
  "login.succeeded": "info",
  "login.refused": "info",
  "login.throttled": "warn",
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
  fault: "error",
} as const satisfies Record<DomainEvent["type"], LogLevel>;

export interface EventLog {
  /** Never throws. */
  write(event: DomainEvent): void;
  readonly logger: Logger;
}

/** One JSON line per event: the event's own fields, its type as the message. */
export function createEventLog(options: LogOptions): EventLog {
  const logger = pino(
    {
      level: options.level,
      base: { service: "cardea", pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    logger,
    write(event) {
      const level = LEVELS[event.type];
      // Searching for tokens costs more than the line: most events of a busy gateway are below the level.
      if (!logger.isLevelEnabled(level)) return;
      logger[level](withoutTokens(event), event.type);
    },
  };
}
