import { Arg, Ctx, Directive, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { sessionId, userId } from "../../domain/brand.js";
import { AuthError } from "../../domain/errors.js";
import { type AuthContext, localUser } from "../context.js";
import { InvalidArgumentError } from "../errors.js";
import { grantPayload } from "../grant-payload.js";
import { AuthPayload } from "../types/auth-payload.js";
import { AuthSession } from "../types/auth-session.js";
import { ReauthenticateInput } from "../types/reauthenticate-input.js";
import { RevokeResult } from "../types/revoke-result.js";

/** The scope of administrators, who may end the sessions of other users. */
export const SESSIONS_ADMIN_SCOPE = "cardea:sessions:admin";

/** Equal to the default of `sessions.maxPerUser`. */
const MAX_PAGE = 100;

/** Fields of a signed-in user about their own sessions. */
@Resolver()
export class SessionResolver {
  @Directive("@auth")
  @Mutation(() => AuthPayload, {
    nullable: true,
    description:
      "Step-up: the user of the session proves their identity again and gets a new pair of tokens.",
  })
  async reauthenticate(
    @Arg("input", () => ReauthenticateInput) input: ReauthenticateInput,
    @Ctx() context: AuthContext,
  ): Promise<AuthPayload> {
    const principal = localUser(context);
    if (input.method != null || input.code != null) {
      throw new AuthError("SECOND_FACTOR_INVALID", "no second factor is configured");
    }
    const password = input.password?.reveal() ?? "";
    return grantPayload(await context.sessions.reauthenticate(principal, password, context.origin), context);
  }

  @Directive("@auth")
  @Mutation(() => RevokeResult, {
    nullable: true,
    description:
      "Ends one session. Without an id it ends the current one (logout). An unknown id is not an error.",
  })
  async revokeSession(
    @Arg("id", () => ID, { nullable: true }) id: string | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<RevokeResult> {
    const target = id == null ? undefined : sessionId(id);
    return new RevokeResult(await context.sessions.revoke(localUser(context), target, context.origin));
  }

  @Directive("@auth")
  @Mutation(() => RevokeResult, {
    nullable: true,
    description: "Ends every session of the caller except the current one.",
  })
  async revokeOtherSessions(@Ctx() context: AuthContext): Promise<RevokeResult> {
    return new RevokeResult(await context.sessions.revokeOthers(localUser(context)));
  }

  @Directive("@auth")
  @Mutation(() => RevokeResult, {
    nullable: true,
    description:
      "Ends every session and every valid access token of the caller. An administrator may name another user.",
  })
  async revokeAllSessions(
    @Directive(`@auth(scopes: ["${SESSIONS_ADMIN_SCOPE}"])`)
    @Arg("userId", () => ID, { nullable: true })
    target: string | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<RevokeResult> {
    const principal = localUser(context);
    if (target != null && !principal.scopes.has(SESSIONS_ADMIN_SCOPE)) {
      throw new AuthError("FORBIDDEN", "userId was given without the scope cardea:sessions:admin");
    }
    const who = target == null ? undefined : userId(target);
    return new RevokeResult(await context.sessions.revokeAll(principal, who, context.origin));
  }

  @Directive("@auth")
  @Query(() => AuthSession, {
    nullable: true,
    description: "The session of the access token of this request.",
  })
  async session(@Ctx() context: AuthContext): Promise<AuthSession | null> {
    const view = await context.loaders.currentSession.load(localUser(context));
    return view === undefined ? null : new AuthSession(view);
  }

  @Directive("@auth")
  @Query(() => [AuthSession], {
    nullable: true,
    description: `The live sessions of the caller, oldest first. \`first\` is the size of the page, 1 to ${MAX_PAGE}; the page begins after the session \`after\`.`,
  })
  async sessions(
    @Arg("first", () => Int, { defaultValue: MAX_PAGE }) first: number,
    @Arg("after", () => ID, { nullable: true }) after: string | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<AuthSession[]> {
    const who = localUser(context);
    if (first < 1 || first > MAX_PAGE)
      throw new InvalidArgumentError(`\`first\` must be from 1 to ${MAX_PAGE}.`);
    const page = { first, after: after == null ? undefined : sessionId(after) };
    const views = await context.loaders.sessions.load({ who, page });
    if (views === undefined)
      throw new InvalidArgumentError(
        "`after` is not the id of one of your sessions, or that session ended too long ago. Start again without `after`.",
      );
    return views.map((view) => new AuthSession(view));
  }
}
