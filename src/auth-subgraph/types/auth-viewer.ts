import { Field, ID, ObjectType } from "type-graphql";
import type { Authenticated } from "../../domain/principal.js";

@ObjectType({ description: "The caller, as the gateway knows them." })
export class AuthViewer {
  @Field(() => ID)
  readonly id: string;

  @Field(() => [String], { description: "Scopes of the credential that asks." })
  readonly scopes: readonly string[];

  constructor(principal: Authenticated) {
    this.id = principal.subject;
    this.scopes = [...principal.scopes].sort();
  }
}
