import { createUnionType } from "type-graphql";
import { AuthPayload } from "./auth-payload.js";
import { SecondFactorChallenge } from "./second-factor.js";

export const LoginResult = createUnionType({
  name: "LoginResult",
  types: () => [AuthPayload, SecondFactorChallenge] as const,
});
