import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { AuthContext } from "../context.js";
import { AuthSession } from "../types/auth-session.js";
import { AuthSessionEvent } from "../types/auth-session-event.js";

/** The history of a session, looked up only where it is asked for. */
@Resolver(() => AuthSession)
export class SessionEventsResolver {
  @FieldResolver(() => [AuthSessionEvent], {
    nullable: true,
    description:
      "What befell the session, oldest first: at most the latest 16 things beside logins and refreshes.",
  })
  async events(@Root() { id, owner }: AuthSession, @Ctx() context: AuthContext): Promise<AuthSessionEvent[]> {
    const entries = await context.loaders.timelines.load({ id, owner });
    return entries.map((entry) => new AuthSessionEvent(entry));
  }
}
