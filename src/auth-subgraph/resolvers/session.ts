import { Arg, Ctx, Directive, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { sessionId, userId } from "../../domain/brand.js";
import { AuthError } from "../../domain/errors.js";
import { type AuthContext, localUser } from "../context.js";
import { UnfitArgument } from "../errors.js";
import { grantPayload } from "../grant-payload.js";
import { AuthPayload } from "../types/auth-payload.js";
import { AuthSession } from "../types/auth-session.js";
import { ReauthenticateInput } from "../types/reauthenticate-input.js";
import { RevokeResult } from "../types/revoke-result.js";

/** Scope of those who may end other people's sessions. */
export const SESSIONS_ADMIN_SCOPE = "cardea:sessions:admin";

/** Most sessions on one page; as many as a user has by default. */
const MAX_PAGE = 100;

/** Fields of a signed-in user about their own sessions. */
@Resolver()
export class SessionResolver {
  @Directive("@auth")
  @Mutation(() => AuthPayload, {
    nullable: true,
    description: "Step-up: proves again who the session's user is, and gives a new pair of tokens.",
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
    description: "Ends one session: the current one without an id (logout). An unknown id is no error.",
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
    description: "Ends every session of the caller but the current one.",
  })
  async revokeOtherSessions(@Ctx() context: AuthContext): Promise<RevokeResult> {
    return new RevokeResult(await context.sessions.revokeOthers(localUser(context)));
  }

  @Directive("@auth")
  @Mutation(() => RevokeResult, {
    nullable: true,
    description:
      "Ends every session and every live access token of a user: the caller, unless an administrator names another.",
  })
  async revokeAllSessions(
    @Directive(`@auth(scopes: ["${SESSIONS_ADMIN_SCOPE}"])`)
    @Arg("userId", () => ID, { nullable: true })
    target: string | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<RevokeResult> {
    const principal = localUser(context);
    if (target != null && !principal.scopes.has(SESSIONS_ADMIN_SCOPE)) {
      throw new AuthError("FORBIDDEN", "only an administrator may name a user");
    }
    const who = target == null ? undefined : userId(target);
    return new RevokeResult(await context.sessions.revokeAll(principal, who, context.origin));
  }

  @Directive("@auth")
  @Query(() => AuthSession, { nullable: true, description: "The session of the credential that asks." })
  async session(@Ctx() context: AuthContext): Promise<AuthSession | null> {
    const view = await context.loaders.currentSession.load(localUser(context));
    return view === undefined ? null : new AuthSession(view);
  }

  @Directive("@auth")
  @Query(() => [AuthSession], {
    nullable: true,
    description: `Live sessions of the caller, the oldest first: \`first\` of them, 1 to ${MAX_PAGE}, that began after the session \`after\`.`,
  })
  async sessions(
    @Arg("first", () => Int, { defaultValue: MAX_PAGE }) first: number,
    @Arg("after", () => ID, { nullable: true }) after: string | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<AuthSession[]> {
    const who = localUser(context);
    if (first < 1 || first > MAX_PAGE) throw new UnfitArgument(`\`first\` must be from 1 to ${MAX_PAGE}.`);
    const page = { first, after: after == null ? undefined : sessionId(after) };
    const views = await context.loaders.sessions.load({ who, page });
    if (views === undefined)
      throw new UnfitArgument(
        "`after` is no session of yours that is live or ended a moment ago; begin again without it.",
      );
    return views.map((view) => new AuthSession(view));
  }
}
