import { Ctx, Directive, Query, Resolver } from "type-graphql";
import { type AuthContext, localUser } from "../context.js";
import { AuthViewer } from "../types/auth-viewer.js";

/** `me`, for graphs without a user type of their own. Left out unless `authSubgraph.fields` names it. */
@Resolver()
export class ViewerResolver {
  @Directive("@auth")
  @Query(() => AuthViewer, { nullable: true, description: "The signed-in user, as the gateway knows them." })
  me(@Ctx() context: AuthContext): AuthViewer {
    return new AuthViewer(localUser(context));
  }
}
