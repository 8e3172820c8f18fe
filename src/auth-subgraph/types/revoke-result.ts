import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import type { RevokeOutcome } from "../../sessions/session-service.js";

export enum RevokeStatus {
  DONE = "DONE",
  PENDING = "PENDING",
}

registerEnumType(RevokeStatus, {
  name: "RevokeStatus",
  valuesConfig: {
    DONE: { description: "In force on every gateway." },
    PENDING: {
      description: "In force on this gateway; the others follow as soon as the store answers again.",
    },
  },
});

@ObjectType()
export class RevokeResult {
  @Field(() => RevokeStatus)
  readonly status: RevokeStatus;

  @Field(() => Int, { nullable: true, description: "Sessions that ended by this; null while pending." })
  readonly revoked: number | null;

  constructor(outcome: RevokeOutcome) {
    this.status = RevokeStatus[outcome.status];
    this.revoked = outcome.status === "DONE" ? outcome.revoked : null;
  }
}
