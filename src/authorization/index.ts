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
export { demandText } from "./demand-text.js";
export {
  type ExplainedSelection,
  type ExplainInput,
  explainOperation,
  type OperationExplanation,
} from "./explain.js";
export {
  type ExplainedPosition,
  explainSchema,
  explainScope,
  type SchemaExplanation,
  type SchemaWarning,
  type ScopeUse,
} from "./explain-schema.js";
export { operationText, schemaText, scopeText } from "./explain-text.js";
export type { GuardOrigin, GuardSource } from "./origins.js";
export type { AuthorizationSettings, IntrospectionMode, Policy, PolicyInput } from "./settings.js";
