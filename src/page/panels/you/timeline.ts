import { momentText } from "./duration.js";

/** An entry of a session's history, as the auth subgraph returns it (`AuthSessionEvent`). */
export interface TimelineEvent {
  readonly reason: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
}

/** `ended`: the session is over since then. `unusual`: worth a look by its owner. */
export type TimelineTone = "usual" | "unusual" | "ended";

export interface TimelineLine {
  readonly tone: TimelineTone;
  readonly text: string;
  readonly when: string;
}

const REASONS: Readonly<Record<string, readonly [TimelineTone, string]>> = {
  CREATED: ["usual", "Signed in"],
  REFRESHED: ["usual", "Tokens refreshed"],
  REFRESH_REPEATED: ["usual", "A refresh was repeated within the grace period and got the same answer"],
  REFRESH_REPEATED_LATE: ["unusual", "A refresh was repeated late, because its answer had been lost"],
  REFRESH_RECOVERED: ["unusual", "A newer refresh token than the store had was accepted"],
  REFRESH_LIMIT_REACHED: ["unusual", "A refresh was repeated too often and refused"],
  REFRESH_STALE: ["unusual", "An old refresh token was refused"],
  REFRESH_BEFORE_STEP_UP: ["unusual", "A refresh token from before the last step-up was refused"],
  REFRESH_TOKEN_REUSED: ["ended", "Ended: a used refresh token came back, from a thief or from the owner"],
  STEPPED_UP: ["usual", "Proved identity again (step-up)"],
  REVOKED: ["ended", "Ended by its user, or by a newer login"],
  IDLE_TIMEOUT: ["ended", "Ended: not used for too long"],
  MAX_LIFETIME_REACHED: ["ended", "Ended at its fixed limit"],
  SIGNED_OUT_EVERYWHERE: ["ended", "Ended: signed out everywhere"],
  ACCOUNT_LOCKED: ["ended", "Ended: the account was locked"],
  ENDED_BY_OPERATOR: ["ended", "Ended by an operator"],
};

/** The reason in words. A reason of a newer gateway is shown as it is, and marked for a look. */
export const timelineLine = (event: TimelineEvent, nowMs: number): TimelineLine => {
  const [tone, words] = REASONS[event.reason] ?? ["unusual", event.reason];
  const first = momentText(event.firstAt, nowMs);
  const last = momentText(event.lastAt, nowMs);
  return {
    tone,
    text: event.count > 1 ? `${words}, ${event.count} times` : words,
    when: first === last ? first : `${first} to ${last}`,
  };
};

/** The names the words are for: a test compares them with the schema. */
export const KNOWN_REASONS: readonly string[] = Object.keys(REASONS);
