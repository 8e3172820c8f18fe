import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { DomainEvent } from "../domain/events.js";
import type { Milliseconds } from "../domain/time.js";
import { createDurations } from "./durations.js";
import { addEngineMetrics, type EngineFigures } from "./engine-metrics.js";

export interface Metrics {
  /** Never throws. */
  count(event: DomainEvent): void;
  request(route: string, method: string, status: number, durationMs: Milliseconds): void;
  /** A DPoP proof was checked. The result comes from a closed set. */
  proof(result: string): void;
  /** A cookie that carries a token was set; `bytes`: its name and value. */
  cookie(kind: "at" | "rt" | "dt", bytes: number): void;
  /** Prometheus text exposition. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COOKIE_BYTES = [256, 512, 1024, 2048, 3072, 3584, 4096];
const CLASSES = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];
/** Any other method counts as `other`: clients must not be able to create label values. */
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]);

/**
 * Creates counters and histograms in their own registry. Label values come from closed sets (codes, routes, subgraph
 * names), never from a user, a session or a coordinate.
 */
export function createMetrics(options: {
  /** Called at every scrape. */
  readonly degraded: () => boolean;
  /** Called at every scrape; `undefined` until the engine has started. */
  readonly engine?: () => EngineFigures | undefined;
  /** Workers that do not serve. Called at every scrape. */
  readonly missingWorkers?: () => number;
  /** Dropped log lines. Called at every scrape. */
  readonly dropped?: () => number;
  /** Node's own figures (event loop, heap); off in tests. Default true. */
  readonly process?: boolean;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // The default of 10 ms alone costs an idle process half a per cent of a core.
  if (options.process !== false)
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const requests = createDurations({
    name: "cardea_http_request_duration_seconds",
    help: "Requests by route, method and status class.",
    labelNames: ["route", "method", "status"],
    buckets: SECONDS,
  });
  const sessions = new Counter({
    name: "cardea_session_events_total",
    help: "Sessions created, refreshed, reused, revoked …, by reason.",
    labelNames: ["type", "reason"],
    registers,
  });
  const logins = new Counter({
    name: "cardea_login_events_total",
    help: "Logins and re-authentications by outcome.",
    labelNames: ["type"],
    registers,
  });
  const refusals = new Counter({
    name: "cardea_credentials_refused_total",
    help: "Access tokens refused, by reason and issuer (local, a configured one, or unknown).",
    labelNames: ["reason", "issuer"],
    registers,
  });
  const proofs = new Counter({
    name: "cardea_dpop_total",
    help: "DPoP proofs by outcome: accepted, nonce (missing or old), invalid, replayed, unavailable.",
    labelNames: ["outcome"],
    registers,
  });
  const oauth = new Counter({
    name: "cardea_oauth_requests_total",
    help: "Requests to the OAuth endpoints, by endpoint and outcome: ok, or the error of the response.",
    labelNames: ["door", "outcome"],
    registers,
  });
  const introspections = new Counter({
    name: "cardea_introspections_total",
    help: "Tokens introspected, by result: active, inactive, unavailable.",
    labelNames: ["result"],
    registers,
  });
  const clientRefusals = new Counter({
    name: "cardea_client_auth_refused_total",
    help: "Clients that did not prove who they are, by the method they used.",
    labelNames: ["method"],
    registers,
  });
  const origins = new Counter({
    name: "cardea_origin_refused_total",
    help: "Requests whose cookies were refused because of their origin, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const cookies = createDurations({
    name: "cardea_cookie_bytes",
    help: "Length of cookies that were set, name and value. Browsers ignore cookies of more than 4096 bytes.",
    labelNames: ["cookie"],
    buckets: COOKIE_BYTES,
  });
  const denials = new Counter({
    name: "cardea_operations_denied_total",
    help: "Operations with at least one denial, by code.",
    labelNames: ["code", "dry_run"],
    registers,
  });
  const subgraphs = createDurations({
    name: "cardea_subgraph_request_duration_seconds",
    help: "Calls to subgraphs.",
    labelNames: ["subgraph", "outcome"],
    buckets: SECONDS,
  });
  const subgraphErrors = new Counter({
    name: "cardea_subgraph_errors_total",
    help: "Calls to subgraphs without a usable answer, by kind; graphql: answers that held errors.",
    labelNames: ["subgraph", "kind"],
    registers,
  });
  const supergraphs = new Counter({
    name: "cardea_supergraph_events_total",
    help: "Supergraphs loaded, refused and swapped.",
    labelNames: ["type"],
    registers,
  });
  const health = new Counter({
    name: "cardea_health_events_total",
    help: "Store outages, stale revocation views, ignored addresses, removed users and internal faults.",
    labelNames: ["type"],
    registers,
  });
  addEngineMetrics(registry, options.engine ?? (() => undefined));
  const missingWorkers = options.missingWorkers ?? (() => 0);
  new Gauge({
    name: "cardea_workers_missing",
    help: "Workers of this supervisor that do not serve: they ended or cannot start.",
    registers,
    collect() {
      this.set(missingWorkers());
    },
  });
  const dropped = options.dropped ?? (() => 0);
  new Counter({
    name: "cardea_log_lines_dropped_total",
    help: "Log lines that were dropped because their reader stalled or disconnected.",
    registers,
    collect() {
      this.reset();
      this.inc(dropped());
    },
  });
  new Gauge({
    name: "cardea_revocation_view_degraded",
    help: "1 while the revocation view is stale: fresh fields fail closed.",
    registers,
    collect() {
      this.set(options.degraded() ? 1 : 0);
    },
  });

  return {
    request(route, method, status, durationMs) {
      const statusClass = CLASSES[Math.floor(status / 100)] ?? "other";
      requests.observe(durationMs / 1000, route, METHODS.has(method) ? method : "other", statusClass);
    },
    proof(outcome) {
      proofs.inc({ outcome });
    },
    cookie: (kind, bytes) => cookies.observe(bytes, kind),
    count(event) {
      switch (event.type) {
        case "operation.denied":
          for (const code of new Set(event.codes)) denials.inc({ code, dry_run: String(event.dryRun) });
          return;
        case "credential.refused":
          refusals.inc({ reason: event.reason, issuer: event.issuer });
          return;
        case "origin.refused":
          origins.inc({ reason: event.reason });
          return;
        case "client.refused":
          logins.inc({ type: event.type });
          if (event.method !== undefined) clientRefusals.inc({ method: event.method });
          return;
        case "oauth.answered":
          oauth.inc({ door: event.endpoint, outcome: event.outcome });
          return;
        case "token.introspected":
          introspections.inc({ result: event.result });
          return;
        // Counted with the proofs that were accepted, see `proof`.
        case "dpop.refused":
        case "operation.allowed":
        case "operation.cut_off":
        case "token.revoked":
        // A gauge shows the state of circuits.
        case "circuit.opened":
        case "circuit.closed":
          return;
        case "subgraph.called":
          subgraphs.observe(event.durationMs / 1000, event.subgraph, "answered");
          if (event.errors !== undefined) subgraphErrors.inc({ subgraph: event.subgraph, kind: "graphql" });
          return;
        case "subgraph.failed":
          subgraphErrors.inc({ subgraph: event.subgraph, kind: event.failure ?? "" });
          // A call that was not sent has no duration.
          if (event.failure === "circuit" || event.failure === "unverified") return;
          subgraphs.observe(event.durationMs / 1000, event.subgraph, "failed");
          return;
        case "supergraph.loaded":
        case "supergraph.refused":
        case "supergraph.swapped":
        case "supergraph.fallback":
        case "supergraph.not_kept":
          supergraphs.inc({ type: event.type });
          return;
        case "login.succeeded":
        case "login.refused":
        case "login.throttled":
        case "reauthentication.refused":
          logins.inc({ type: event.type });
          return;
        case "store.unavailable":
        case "store.recovered":
        case "revocation.degraded":
        case "revocation.recovered":
        case "forwarded.ignored":
        case "dpop.degraded":
        case "users.missing":
        case "users.removed":
        case "fault":
          health.inc({ type: event.type });
          return;
        default:
          sessions.inc({ type: event.type, reason: event.reason ?? "" });
      }
    },
    expose: async () => ({
      contentType: registry.contentType,
      text: `${requests.expose()}\n${subgraphs.expose()}\n${cookies.expose()}\n${await registry.metrics()}`,
    }),
  };
}
