import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { clientId } from "../../domain/brand.js";
import { AuthError } from "../../domain/errors.js";
import type { AuthContext } from "../context.js";
import { grantPayload } from "../grant-payload.js";
import { AuthPayload } from "../types/auth-payload.js";
import { CompleteLoginInput } from "../types/complete-login-input.js";
import { LoginInput } from "../types/login-input.js";
import { LoginResult } from "../types/login-result.js";
import { RefreshTokenInput } from "../types/refresh-token-input.js";
import { RevokeResult } from "../types/revoke-result.js";
import { SignOutInput } from "../types/sign-out-input.js";

/** Sign-in, refresh and sign-out: the fields that need no valid access token. */
@Resolver()
export class LoginResolver {
  @Mutation(() => LoginResult, { nullable: true })
  async login(
    @Arg("input", () => LoginInput) input: LoginInput,
    @Ctx() context: AuthContext,
  ): Promise<typeof LoginResult> {
    const grant = await context.sessions.login(
      {
        username: input.username,
        password: input.password.reveal(),
        ...(input.clientId == null ? {} : { clientId: clientId(input.clientId) }),
        ...(input.scope == null ? {} : { scope: input.scope }),
        ...(input.device == null ? {} : { device: input.device }),
        ...(input.deviceToken == null ? {} : { deviceToken: input.deviceToken.reveal() }),
        ...(input.remember == null ? {} : { remember: input.remember }),
      },
      context.origin,
    );
    return grantPayload(grant, context);
  }

  @Mutation(() => AuthPayload, { nullable: true, description: "Answers a second-factor challenge." })
  completeLogin(@Arg("input", () => CompleteLoginInput) _input: CompleteLoginInput): AuthPayload {
    throw new AuthError(
      "SECOND_FACTOR_INVALID",
      "no second factor is configured, so no challenge can have been issued",
    );
  }

  @Mutation(() => AuthPayload, {
    nullable: true,
    description:
      "Exchanges a refresh token for a new pair of tokens. Safe to repeat when the answer was lost.",
  })
  async refreshToken(
    @Arg("input", () => RefreshTokenInput, { nullable: true }) input: RefreshTokenInput | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<AuthPayload> {
    const scope = input?.scope == null ? {} : { scope: input.scope };
    if (input?.accessToken != null) {
      if (input.refreshToken != null)
        throw new AuthError(
          "INVALID_GRANT",
          "the input has both refreshToken and accessToken; one is allowed",
        );
      const accessToken = input.accessToken.reveal();
      return grantPayload(await context.sessions.renew({ accessToken, ...scope }, context.origin), context);
    }
    const refreshToken = input?.refreshToken == null ? {} : { refreshToken: input.refreshToken.reveal() };
    return grantPayload(
      await context.sessions.refresh({ ...refreshToken, ...scope }, context.origin),
      context,
    );
  }

  @Mutation(() => RevokeResult, {
    nullable: true,
    description:
      "Ends the session of the refresh token, also when the access token has expired. An unknown token is not an error.",
  })
  async signOut(
    @Arg("input", () => SignOutInput, { nullable: true }) input: SignOutInput | null | undefined,
    @Ctx() context: AuthContext,
  ): Promise<RevokeResult> {
    const refreshToken = input?.refreshToken == null ? {} : { refreshToken: input.refreshToken.reveal() };
    return new RevokeResult(await context.sessions.signOut(refreshToken, context.origin));
  }
}
