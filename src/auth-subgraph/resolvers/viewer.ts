import { Ctx, Directive, Query, Resolver } from "type-graphql";
import { type AuthContext, localUser } from "../context.js";
import { AuthViewer } from "../types/auth-viewer.js";

/** `me`, for graphs that have no user of their own; left out unless asked for (`authSubgraph.fields`). */
@Resolver()
export class ViewerResolver {
  @Directive("@auth")
  @Query(() => AuthViewer, { nullable: true, description: "The caller, as the gateway knows them." })
  me(@Ctx() context: AuthContext): AuthViewer {
    return new AuthViewer(localUser(context));
  }
}
