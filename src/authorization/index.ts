export type {
  Authorizer,
  CompiledOperation,
  Decision,
  DecisionInput,
  Denial,
  DenialView,
  PlannableOperation,
} from "./authorizer.js";
export type { AuthChallenge, Disclosure } from "./challenge.js";
export { type AuthorizedGraph, type AuthorizerInput, createAuthorizer } from "./create-authorizer.js";
export type { AuthorizationSettings, IntrospectionMode, Policy, PolicyInput } from "./settings.js";
