import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import type { TimelineEntry } from "../../domain/timeline.js";
import { UnixSecondsScalar } from "../unix-seconds.js";

export enum AuthSessionEventReason {
  CREATED = "created",
  ROTATED = "rotated",
  SAME_SUCCESSOR = "same successor",
  HEALED = "healed",
  EXHAUSTED = "exhausted",
  TWO_BACK = "two back",
  RETIRED = "retired",
  ELEVATED = "elevated",
  REVOKED = "revoked",
  REUSED = "reused",
  LATE = "late",
  IDLE = "idle",
  ABSOLUTE = "absolute",
  EPOCH = "epoch",
  LOCKED = "locked",
  NOT_BEFORE = "not before",
}

registerEnumType(AuthSessionEventReason, {
  name: "AuthSessionEventReason",
  valuesConfig: {
    CREATED: { description: "A login began the session." },
    ROTATED: { description: "Refreshed since the last proof of identity." },
    SAME_SUCCESSOR: { description: "A refresh was repeated in time: a lost answer, or two tabs." },
    HEALED: { description: "A refresh came from one step ahead: the store had lost a write." },
    EXHAUSTED: { description: "One refresh was repeated too often, and refused." },
    TWO_BACK: { description: "A refresh token from two steps back was refused." },
    RETIRED: { description: "A refresh token from before the last step-up was refused." },
    ELEVATED: { description: "The user proved again who they are." },
    REVOKED: { description: "Ended on purpose." },
    REUSED: { description: "Ended because a retired refresh token came back: a thief, or the owner." },
    LATE: { description: "A refresh was repeated long after, since its answer had been lost." },
    IDLE: { description: "Ended unused." },
    ABSOLUTE: { description: "Ended at its fixed limit." },
    EPOCH: { description: "Ended with every session of the user." },
    LOCKED: { description: "Ended because the account was locked." },
    NOT_BEFORE: { description: "Ended by an operator, with everything older than a moment." },
  },
});

@ObjectType({ description: "What befell a session; the same thing several times in a row is one event." })
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
