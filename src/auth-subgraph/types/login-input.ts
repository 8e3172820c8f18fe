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
    description: "Requested scopes, separated by spaces. Default: all that are allowed.",
  })
  scope?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A label by which the user recognises this device in the list of sessions.",
  })
  device?: string | null;

  @Field(() => SecretScalar, {
    nullable: true,
    description:
      "`deviceToken` of an earlier login on this device. With it, failed attempts of others do not delay this login.",
  })
  deviceToken?: Secret | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "false: on a shared device. The session is shorter (`sessions.unrememberedSeconds`), and cookies end with the browser. Default: true.",
  })
  remember?: boolean | null;
}
