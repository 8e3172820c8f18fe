import { Arg, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { type SessionId, sessionId, type UserId, userId } from "../../domain/brand.js";
import { type AuthContext, localUser } from "../context.js";
import { AuthSession } from "../types/auth-session.js";
import { AuthSessionEvent } from "../types/auth-session-event.js";

/** The history of a session: of one that was read it was read with it; else it is looked up where it is asked for. */
@Resolver(() => AuthSession)
export class SessionEventsResolver {
  @FieldResolver(() => [AuthSessionEvent], {
    nullable: true,
    description:
      "What befell the session, oldest first: at most the latest 16 things beside logins and refreshes.",
  })
  async events(@Root() session: AuthSession, @Ctx() context: AuthContext): Promise<AuthSessionEvent[]> {
    const { id, owner, timeline } = session;
    return timeline?.map((entry) => new AuthSessionEvent(entry)) ?? eventsOf(context, id, owner);
  }

  @Directive("@auth")
  @Query(() => [AuthSessionEvent], {
    nullable: true,
    description:
      "What befell one session of the caller, also one that has ended, while its access tokens are remembered. Nothing of an unknown id.",
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
