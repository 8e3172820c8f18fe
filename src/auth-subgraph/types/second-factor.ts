import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { type OutgoingSecret, SecretScalar } from "../secret.js";

export enum SecondFactorMethod {
  TOTP = "TOTP",
  RECOVERY_CODE = "RECOVERY_CODE",
  WEBAUTHN = "WEBAUTHN",
}

registerEnumType(SecondFactorMethod, { name: "SecondFactorMethod" });

@ObjectType({ description: "The password was correct. A second factor is required." })
export class SecondFactorChallenge {
  @Field(() => SecretScalar)
  readonly challenge: OutgoingSecret;

  @Field(() => [SecondFactorMethod])
  readonly methods: readonly SecondFactorMethod[];

  @Field(() => Int, { description: "Seconds until the challenge expires." })
  readonly expiresIn: number;

  constructor(challenge: OutgoingSecret, methods: readonly SecondFactorMethod[], expiresIn: number) {
    this.challenge = challenge;
    this.methods = methods;
    this.expiresIn = expiresIn;
  }
}
