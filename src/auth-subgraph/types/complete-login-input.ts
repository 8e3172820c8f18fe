import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";
import { SecondFactorMethod } from "./second-factor.js";

@InputType()
export class CompleteLoginInput {
  @Field(() => SecretScalar)
  challenge!: Secret;

  @Field(() => SecondFactorMethod)
  method!: SecondFactorMethod;

  @Field(() => SecretScalar, { nullable: true })
  code?: Secret | null;
}
