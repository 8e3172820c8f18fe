import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import type { TimelineEntry } from "../../domain/timeline.js";
import { UnixSecondsScalar } from "../unix-seconds.js";

export enum AuthSessionEventReason {
  CREATED = "created",
  REFRESHED = "refreshed",
  REFRESH_REPEATED = "repeated",
  REFRESH_REPEATED_LATE = "late",
  REFRESH_RECOVERED = "healed",
  REFRESH_LIMIT_REACHED = "repeated too often",
  REFRESH_STALE = "stale",
  REFRESH_BEFORE_STEP_UP = "retired",
  REFRESH_TOKEN_REUSED = "reused",
  STEPPED_UP = "elevated",
  REVOKED = "revoked",
  IDLE_TIMEOUT = "idle",
  MAX_LIFETIME_REACHED = "absolute",
  SIGNED_OUT_EVERYWHERE = "signed out everywhere",
  ACCOUNT_LOCKED = "locked",
  ENDED_BY_OPERATOR = "not before",
}

registerEnumType(AuthSessionEventReason, {
  name: "AuthSessionEventReason",
  valuesConfig: {
    CREATED: { description: "A login began the session." },
    REFRESHED: { description: "The session was refreshed; counted since the last proof of identity." },
    REFRESH_REPEATED: {
      description:
        "A refresh was repeated within the grace period, by a retry or a second tab, and got the same answer.",
    },
    REFRESH_REPEATED_LATE: {
      description:
        "A refresh was repeated after the grace period and answered, because its answer had been lost.",
    },
    REFRESH_RECOVERED: {
      description:
        "The client held a newer refresh token than the store, which had lost a write. It was accepted.",
    },
    REFRESH_LIMIT_REACHED: { description: "One refresh was repeated too often. It was refused." },
    REFRESH_STALE: { description: "A refresh token older than the previous one was refused." },
    REFRESH_BEFORE_STEP_UP: {
      description: "A refresh token issued before the last step-up was refused.",
    },
    REFRESH_TOKEN_REUSED: {
      description:
        "The session ended because a used refresh token came back, from a thief or from the owner.",
    },
    STEPPED_UP: { description: "The user proved their identity again (step-up)." },
    REVOKED: { description: "The session was ended by its user, or by a newer login." },
    IDLE_TIMEOUT: { description: "The session ended because it was not used." },
    MAX_LIFETIME_REACHED: { description: "The session ended at its fixed limit." },
    SIGNED_OUT_EVERYWHERE: { description: "Every session of the user ended." },
    ACCOUNT_LOCKED: { description: "The session ended because the account was locked." },
    ENDED_BY_OPERATOR: {
      description: "An operator ended every session whose last proof of identity is older than a given time.",
    },
  },
});

@ObjectType({
  description: "Something that happened to a session. Equal events in a row are one event with a count.",
})
export class AuthSessionEvent {
  @Field(() => AuthSessionEventReason)
  readonly reason: `${AuthSessionEventReason}`;

  @Field(() => UnixSecondsScalar)
  readonly firstAt: number;

  @Field(() => UnixSecondsScalar)
  readonly lastAt: number;

  @Field(() => Int)
  readonly count: number;

  constructor(entry: TimelineEntry) {
    this.reason = entry.reason;
    this.firstAt = entry.firstAt;
    this.lastAt = entry.lastAt;
    this.count = entry.count;
  }
}
