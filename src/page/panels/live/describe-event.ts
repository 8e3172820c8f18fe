import type { FeedEvent } from "../../../http/page/contract.js";

/** The kinds by which the feed is filtered, in the order of the controls. */
export const EVENT_KINDS = [
  "decisions",
  "refusals",
  "logins",
  "sessions",
  "subgraphs",
  "graph",
  "health",
  "other",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** A domain event as it comes over the feed: nothing but its type is relied on. */
type DomainEvent = FeedEvent["event"];

export interface DescribedEvent {
  readonly kind: EventKind;
  readonly title: string;
  /** The members that say more, `name: value`, without those that the title holds. */
  readonly details: readonly string[];
}

const TITLES: Readonly<Record<string, readonly [EventKind, string]>> = {
  "operation.allowed": ["decisions", "Operation allowed"],
  "operation.denied": ["refusals", "Operation refused, whole or in part"],
  "operation.cut_off": ["refusals", "Running operation cancelled: its caller was revoked"],
  "credential.refused": ["refusals", "Access token refused"],
  "client.refused": ["refusals", "Client refused"],
  "login.succeeded": ["logins", "Signed in"],
  "login.refused": ["logins", "Login refused"],
  "login.throttled": ["logins", "Login throttled"],
  "reauthentication.refused": ["logins", "Step-up refused"],
  "session.created": ["sessions", "Session began"],
  "session.refreshed": ["sessions", "Session refreshed"],
  "session.refused": ["sessions", "Refresh refused"],
  "session.reused": ["sessions", "Session ended: a used refresh token came back"],
  "session.late": ["sessions", "Refresh repeated late, and answered"],
  "session.healed": ["sessions", "Session recovered after a lost write"],
  "session.elevated": ["sessions", "Step-up: identity proved again"],
  "session.revoked": ["sessions", "Session revoked"],
  "user.signed_out": ["sessions", "User signed out everywhere"],
  "revocation.lost": ["sessions", "Revocation lost: this gateway stopped before the store accepted it"],
  "subgraph.called": ["subgraphs", "Subgraph answered"],
  "subgraph.failed": ["subgraphs", "Subgraph failed"],
  "circuit.opened": ["subgraphs", "Requests to a subgraph are stopped"],
  "circuit.closed": ["subgraphs", "Requests to a subgraph are sent again"],
  "supergraph.loaded": ["graph", "Graph loaded"],
  "supergraph.refused": ["graph", "Graph refused"],
  "supergraph.swapped": ["graph", "Graph replaced"],
  "supergraph.fallback": ["graph", "Last good graph serves"],
  "supergraph.not_kept": ["graph", "Graph could not be saved for the next start"],
};

const kindByPrefix = (type: string): EventKind => {
  const prefix = type.split(".", 1)[0] ?? "";
  switch (prefix) {
    case "operation":
      return "decisions";
    case "login":
      return "logins";
    case "session":
    case "user":
      return "sessions";
    case "subgraph":
    case "circuit":
      return "subgraphs";
    case "supergraph":
      return "graph";
    case "store":
    case "revocation":
    case "pepper":
    case "fault":
    case "forwarded":
    case "users":
      return "health";
    default:
      return "other";
  }
};

/** Members that repeat the title, or that are the same in every event of one gateway. */
const LEFT_OUT: readonly string[] = ["type", "tenant", "rulesDigest"];

const valueText = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "number") return String(Math.round(value * 10) / 10);
  return JSON.stringify(value) ?? "";
};

/** An event in words. An unknown type is shown under its own name. */
export const describeEvent = (event: DomainEvent): DescribedEvent => {
  const [kind, title] = TITLES[event.type] ?? [kindByPrefix(event.type), event.type];
  const details = Object.entries(event)
    .filter(([name, value]) => !LEFT_OUT.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}: ${valueText(value)}`);
  return { kind, title, details };
};
