import { GraphQLJSONObject } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import type { SessionId, UserId } from "../../domain/brand.js";
import type { TimelineEntry } from "../../domain/timeline.js";
import type { SessionView } from "../../sessions/session-service.js";
import { UnixSecondsScalar } from "../unix-seconds.js";

@ObjectType({ description: "One login on one device." })
export class AuthSession {
  @Field(() => ID)
  readonly id: SessionId;

  /** Not a GraphQL field: the user, needed when `events` has to be looked up. */
  readonly owner: UserId;

  /** Not a GraphQL field: the events, where they were read together with the session. */
  readonly timeline: readonly TimelineEntry[] | undefined;

  @Field(() => UnixSecondsScalar)
  readonly createdAt: number;

  @Field(() => UnixSecondsScalar)
  readonly lastSeenAt: number;

  @Field(() => UnixSecondsScalar)
  readonly expiresAt: number;

  @Field(() => UnixSecondsScalar, {
    description: "When the user last proved their identity. A refresh does not change it.",
  })
  readonly authTime: number;

  @Field(() => String, { nullable: true })
  readonly acr: string | null;

  @Field(() => [String])
  readonly amr: readonly string[];

  @Field(() => [String])
  readonly scopes: readonly string[];

  @Field(() => String, { nullable: true })
  readonly device: string | null;

  @Field(() => String, { nullable: true })
  readonly ip: string | null;

  @Field(() => Boolean, { description: "True for the session of the access token of this request." })
  readonly current: boolean;

  @Field(() => GraphQLJSONObject, { nullable: true })
  readonly metadata: Readonly<Record<string, unknown>> | null;

  constructor(view: SessionView) {
    this.id = view.id;
    this.owner = view.userId;
    this.timeline = view.timeline;
    this.createdAt = view.createdAt;
    this.lastSeenAt = view.lastSeenAt;
    this.expiresAt = view.expiresAt;
    this.authTime = view.authTime;
    this.acr = view.acr ?? null;
    this.amr = view.amr;
    this.scopes = view.scopes;
    this.device = view.device ?? null;
    this.ip = view.ip ?? null;
    this.current = view.current;
    this.metadata = view.metadata ?? null;
  }
}
