import { buildSchema, type GraphQLSchema, getOperationAST, parse, print } from "graphql";
import type { Authorizer, Decision, PlannableOperation } from "../../src/authorization/authorizer.js";
import { DEFAULT_TENANT, sessionId } from "../../src/domain/brand.js";
import type { Authenticated } from "../../src/domain/principal.js";
import { LOCAL_ISSUER } from "../../src/domain/revocation.js";
import { compilePlan } from "../../src/federation/execute/compile.js";
import { createOperationCache } from "../../src/federation/operation-cache.js";
import type { PlanIdentity } from "../../src/federation/plan/identity.js";
import { createWireNames, fieldNamesOf } from "../../src/federation/plan/wire-names.js";
import type { CompiledPlan } from "../../src/federation/plan-cache.js";
import { prepareForPlanner } from "../../src/federation/planning/prepare-operation.js";
import type { RequestContext } from "../../src/federation/request/request-context.js";
import type { Snapshot } from "../../src/federation/supergraph/snapshot.js";
import { conditionVariablesOf } from "../../src/graphql/collect-fields.js";
import { createTypeConditions } from "../../src/graphql/type-conditions.js";
import { aFetch } from "./plan-builders.js";

/** A caller who signed in here. */
export const aUser = (more: Partial<Authenticated> = {}): Authenticated => ({
  kind: "user",
  issuer: LOCAL_ISSUER,
  subject: "ada",
  tenant: DEFAULT_TENANT,
  sessionId: sessionId("s1"),
  scopes: new Set(),
  amr: [],
  issuedAt: 0,
  expiresAt: 1,
  claims: {},
  ...more,
});

/** An HTTP request without a credential, not aborted. */
export const aContext = (more: Partial<RequestContext> = {}): RequestContext => ({
  requestId: "r1",
  credential: { kind: "none" },
  address: "127.0.0.1",
  headers: {},
  signal: new AbortController().signal,
  origin: undefined,
  outcome: { touchedGuarded: false, carriesTokens: false, setCookies: [] },
  ...more,
});

/** The operation of a text. */
export const anOperation = (text: string) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  return { document, operation };
};

/** What may be planned where nothing is denied. */
export const plannableOf = (text: string): PlannableOperation => {
  const document = parse(text);
  return {
    text,
    document,
    operationName: undefined,
    digest: text,
    conditionVariables: conditionVariablesOf(document),
  };
};

const schemas = new Map<string, GraphQLSchema>();

/** One schema for each text: building it is most of what a test here would take. */
const schemaOf = (sdl: string): GraphQLSchema => {
  const schema = schemas.get(sdl) ?? buildSchema(sdl);
  schemas.set(sdl, schema);
  return schema;
};

export interface ASnapshot extends Snapshot {
  /** Plans that were requested. */
  readonly planned: PlanIdentity[];
}

/**
 * A snapshot whose plans fetch everything from one subgraph `a`, a mutation's root fields one after the other.
 *
 * @param authorizer - replaces parts of one that allows everything
 */
export const aSnapshot = (
  sdl: string,
  authorizer: Partial<Authorizer> = {},
  more: Partial<Snapshot> = {},
): ASnapshot => {
  const schema = schemaOf(sdl);
  const types = createTypeConditions(schema);
  const planned: PlanIdentity[] = [];
  const documents = new WeakMap<object, string>();
  const whole: Authorizer = {
    rulesDigest: "rules",
    compile(document, operation) {
      const compiled = { operation, guarded: false };
      documents.set(compiled, print(document));
      return compiled;
    },
    decide: (compiled): Decision => ({
      kind: "allowed",
      plannable: plannableOf(documents.get(compiled) ?? ""),
      guarded: false,
    }),
    introspection: "on",
    introspectionSchema: () => schema,
    challengeOf: () => undefined,
    toError: (denial, path) => ({ message: denial.coordinate, path, extensions: { code: denial.code } }),
    fetchVerifier: () => ({
      assertGranted: () => undefined,
      carriesUngranted: () => false,
      guardsOf: () => [],
    }),
    ...authorizer,
  };
  const planOf = ({ plannable, isTrue }: PlanIdentity): CompiledPlan => {
    const names = createWireNames(plannable.document, {
      fields: fieldNamesOf(schema),
      requiredWithArguments: new Set(),
    });
    const parts = prepareForPlanner(plannable.document, names, isTrue).map((document) =>
      compilePlan(aFetch("a", print(document).replace(/\s+/g, " ")), types, undefined, () => false),
    );
    return { parts, names };
  };
  const unused = (): never => {
    throw new Error("not part of this test");
  };
  return {
    digest: "digest",
    supergraphSdl: sdl,
    apiSchema: schema,
    fullSchema: schema,
    authorizer: whole,
    subgraphs: new Map([["a", { name: "a", url: "http://a.invalid" }]]),
    planner: { plan: unused, close: unused, draw: () => ({ labels: new Set(), percentage: 0, key: "" }) },
    plans: {
      get(identity) {
        planned.push(identity);
        return planOf(identity);
      },
      stages: unused,
      size: 0,
      hits: 0,
      misses: 0,
    },
    operations: createOperationCache(schema, whole),
    types,
    requires: new Map(),
    exempt: new Set(),
    issuing: new Set(),
    ending: new Set(),
    hidesTypes: () => false,
    ...more,
    planned,
  };
};
