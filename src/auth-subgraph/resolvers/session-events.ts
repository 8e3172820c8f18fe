import { Arg, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { type SessionId, sessionId, type UserId, userId } from "../../domain/brand.js";
import { type AuthContext, localUser } from "../context.js";
import { AuthSession } from "../types/auth-session.js";
import { AuthSessionEvent } from "../types/auth-session-event.js";

/** The events of a session. Where a page of sessions was read, they came with it; otherwise they are looked up. */
@Resolver(() => AuthSession)
export class SessionEventsResolver {
  @FieldResolver(() => [AuthSessionEvent], {
    nullable: true,
    description:
      "What happened to the session, oldest first: its login, its refreshes and at most the latest 16 other events.",
  })
  async events(@Root() session: AuthSession, @Ctx() context: AuthContext): Promise<AuthSessionEvent[]> {
    const { id, owner, timeline } = session;
    return timeline?.map((entry) => new AuthSessionEvent(entry)) ?? eventsOf(context, id, owner);
  }

  @Directive("@auth")
  @Query(() => [AuthSessionEvent], {
    nullable: true,
    description:
      "What happened to one session of the caller. A session that has ended keeps its events while one of its access tokens could still be valid. An unknown id has no events.",
  })
  async sessionEvents(
    @Arg("id", () => ID) id: string,
    @Ctx() context: AuthContext,
  ): Promise<AuthSessionEvent[]> {
    return eventsOf(context, sessionId(id), userId(localUser(context).subject));
  }
}

async function eventsOf({ loaders }: AuthContext, id: SessionId, owner: UserId): Promise<AuthSessionEvent[]> {
  const entries = await loaders.timelines.load({ id, owner });
  return entries.map((entry) => new AuthSessionEvent(entry));
}
