import { Field, ID, ObjectType } from "type-graphql";
import type { Authenticated } from "../../domain/principal.js";

@ObjectType({ description: "The signed-in user, as the gateway knows them." })
export class AuthViewer {
  @Field(() => ID)
  readonly id: string;

  @Field(() => [String], { description: "Scopes of the access token of this request." })
  readonly scopes: readonly string[];

  constructor(principal: Authenticated) {
    this.id = principal.subject;
    this.scopes = [...principal.scopes].sort();
  }
}
