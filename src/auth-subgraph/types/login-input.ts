import { Field, ID, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";

@InputType()
export class LoginInput {
  @Field(() => String)
  username!: string;

  @Field(() => SecretScalar)
  password!: Secret;

  @Field(() => ID, { nullable: true })
  clientId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Scopes asked for, separated by spaces; default: all allowed.",
  })
  scope?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A label the user will recognise in the list of sessions.",
  })
  device?: string | null;

  @Field(() => SecretScalar, {
    nullable: true,
    description: "From a former login on this device: strangers' failures do not delay it then.",
  })
  deviceToken?: Secret | null;
}
