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
      description: "In force on this gateway. The others follow when the store answers again.",
    },
  },
});

@ObjectType()
export class RevokeResult {
  @Field(() => RevokeStatus)
  readonly status: RevokeStatus;

  @Field(() => Int, {
    nullable: true,
    description: "How many sessions ended. Null while the status is PENDING.",
  })
  readonly revoked: number | null;

  constructor(outcome: RevokeOutcome) {
    this.status = RevokeStatus[outcome.status];
    this.revoked = outcome.status === "DONE" ? outcome.revoked : null;
  }
}
