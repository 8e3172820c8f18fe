export type {
  AuthChallenge,
  Authorizer,
  CompiledOperation,
  Decision,
  DecisionInput,
  Denial,
  DenialView,
  Disclosure,
  FetchGuard,
  PlannableOperation,
} from "./authorizer.js";
export { type AuthorizedGraph, type AuthorizerInput, createAuthorizer } from "./create-authorizer.js";
export {
  type ExplainedSelection,
  type ExplainInput,
  explainOperation,
  inspectOperation,
  type OperationExplanation,
  type OperationInspection,
} from "./explain/explain.js";
export {
  changesCredential,
  type ExplainedPosition,
  explainSchema,
  explainScope,
  type SchemaExplanation,
  type SchemaWarning,
  type ScopeUse,
  scopesOf,
} from "./explain/explain-schema.js";
export { operationText, schemaText, scopeText } from "./explain/explain-text.js";
export type { GuardOrigin } from "./explain/guard-origin.js";
export type { GuardSource } from "./explain/origins.js";
export type { Persona } from "./explain/persona.js";
export { personasOf, principalOf } from "./explain/personas.js";
export { type Callers, MAX_CALLERS, reachedBy } from "./explain/reach.js";
export { reachGraphOf } from "./explain/reach-graph.js";
export type { AuthorizationSettings, IntrospectionMode, Policy, PolicyInput } from "./settings.js";
