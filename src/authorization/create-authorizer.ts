import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { OperationTypeNode, parse, print } from "graphql";
import { ConfigError, FaultError, type Problem } from "../domain/errors.js";
import type { Facts } from "../domain/requirement.js";
import { graphsOf, type JoinGraph } from "../graphql/joins.js";
import type {
  Authorizer,
  CompiledOperation,
  Decision,
  DecisionInput,
  Denial,
  FetchVerifier,
  IntrospectionMode,
  PlannableOperation,
} from "./authorizer.js";
import { combineChallenge, denialError } from "./decide/challenge.js";
import type { AbstractModes, CompileContext } from "./decide/compile.js";
import { Compiled, type Inspection } from "./decide/compiled.js";
import type { Includes } from "./decide/conditions.js";
import { carriesUngranted, checkFetch, type Granted, guardsOf } from "./decide/fetch-verifier.js";
import { grantsOf } from "./decide/grants.js";
import { createSchemaFilter } from "./decide/introspection.js";
import { callPolicies, NO_POLICY } from "./decide/policies.js";
import { type RootSelection, strictRoots } from "./decide/when-degraded.js";
import { buildRules } from "./read/build-rules.js";
import type { ReadGuardsOptions } from "./read/guards.js";
import type { Rules } from "./read/rules.js";
import { apiSchemaOf, fullSchemaOf, plannerDocumentOf } from "./read/schemas.js";
import { type AuthorizationSettings, type ResolvedSettings, resolveSettings } from "./settings.js";

export interface AuthorizerInput {
  readonly supergraphSdl: string;
  readonly settings?: AuthorizationSettings;
}

/** The authorizer and the schemas of one supergraph snapshot. */
export interface AuthorizedGraph {
  readonly authorizer: Authorizer;
  /** The supergraph without guards and their links, for the planner. */
  readonly plannerSdl: string;
  /** The schema for clients. */
  readonly apiSchema: GraphQLSchema;
  /** With inaccessible elements; for the projector's type checks. */
  readonly fullSchema: GraphQLSchema;
  readonly rules: Rules;
  readonly abstractModes: AbstractModes;
  readonly subgraphs: readonly JoinGraph[];
  readonly supergraphSdl: string;
  /** How its guards were read. Those of its subgraphs must be read the same way. */
  readonly guardReading: ReadGuardsOptions;
  /** A decision with its reasons, for `explain`. It calls policies like any request. */
  inspect(compiled: CompiledOperation, input: DecisionInput): Promise<Inspection>;
}

/**
 * Creates the authorization of one immutable supergraph snapshot. The rules are read once, here.
 *
 * @throws ConfigError with every unreadable guard, every unknown security link, and every element that the engine cannot
 *   serve; the whole supergraph is refused then
 */
export const createAuthorizer = (input: AuthorizerInput): AuthorizedGraph => {
  const settings = resolveSettings(input.settings ?? {});
  const { document, fullSchema, apiSchema, rules } = reading(() => {
    const supergraph = parse(input.supergraphSdl);
    const schema = fullSchemaOf(supergraph);
    const table = buildRules(supergraph, schema, {
      ...settings.guards,
      unverifiedSubgraphs: settings.unverifiedSubgraphs,
    });
    return { document: supergraph, fullSchema: schema, apiSchema: apiSchemaOf(supergraph), rules: table };
  });
  const misplaced = positionProblems(rules, settings.positions);
  if (misplaced.length > 0) throw new ConfigError(misplaced);
  const authorizer = new RulesAuthorizer(rules, { apiSchema, fullSchema }, settings);
  return {
    authorizer,
    plannerSdl: print(plannerDocumentOf(document)),
    apiSchema,
    fullSchema,
    rules,
    subgraphs: graphsOf(document),
    abstractModes: { interfaces: settings.interfaces, positions: settings.positions },
    supergraphSdl: input.supergraphSdl,
    guardReading: settings.guards,
    inspect: (compiled, decisionInput) => authorizer.inspect(compiled, decisionInput),
  };
};

/** Reports settings for unknown positions. Otherwise a misspelt position would silently use the general setting. */
const positionProblems = (rules: Rules, positions: ResolvedSettings["positions"]): readonly Problem[] =>
  [...positions.keys()].flatMap((coordinate) => {
    const [type = "", field = ""] = coordinate.split(".");
    const returned = rules.types.get(type)?.fields.get(field)?.type;
    const kind = returned === undefined ? undefined : rules.types.get(returned)?.kind;
    if (kind === "interface" || kind === "union") return [];
    return [
      {
        kind: "UNKNOWN_POSITION",
        where: `auth.positions.${coordinate}`,
        found:
          returned === undefined
            ? "a field the supergraph does not have"
            : `a field that returns ${returned}`,
        allowed: "Type.field of a field that returns an interface or a union",
        fix: "correct the coordinate, or remove it",
      },
    ];
  });

/** Turns a read error into a ConfigError, so that it refuses the supergraph and the current one continues to serve. */
const reading = <Value>(read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([
      {
        kind: "UNREADABLE_SUPERGRAPH",
        where: "supergraph",
        found: error instanceof Error ? error.message : "text that cannot be read",
        allowed: "a supergraph SDL document",
        fix: "compose it again",
      },
    ]);
  }
};

class RulesAuthorizer implements Authorizer {
  readonly rulesDigest: string;
  readonly introspection: IntrospectionMode;
  readonly #rules: Rules;
  readonly #settings: ResolvedSettings;
  readonly #context: CompileContext;
  readonly #roots: ReadonlyMap<OperationTypeNode, string>;
  readonly #filtered: (principal: DecisionInput["principal"]) => GraphQLSchema;
  /** Operations that were decided and may be planned. */
  readonly #decided = new WeakSet<PlannableOperation>();
  /** Operations that reach a mutation listed in `strictWhenDegraded`. */
  readonly #strict = new WeakMap<CompiledOperation, readonly RootSelection[]>();

  constructor(
    rules: Rules,
    { apiSchema, fullSchema }: Pick<CompileContext, "apiSchema" | "fullSchema">,
    settings: ResolvedSettings,
  ) {
    this.rulesDigest = rules.digest;
    this.introspection = settings.introspection;
    this.#rules = rules;
    this.#settings = settings;
    this.#context = {
      rules,
      apiSchema,
      fullSchema,
      interfaces: settings.interfaces,
      positions: settings.positions,
    };
    this.#filtered = createSchemaFilter(rules, apiSchema);
    const roots = new Map<OperationTypeNode, string>();
    for (const operation of Object.values(OperationTypeNode)) {
      const root = apiSchema.getRootType(operation);
      if (root !== undefined && root !== null) roots.set(operation, root.name);
    }
    this.#roots = roots;
  }

  compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation {
    const compiled = new Compiled(this.#context, this.#settings, document, operation, this.#decided);
    const strict = strictRoots(document, operation, this.#settings.strictWhenDegraded);
    if (strict.length > 0) this.#strict.set(compiled, strict);
    return compiled;
  }

  async inspect(operation: CompiledOperation, input: DecisionInput): Promise<Inspection> {
    const compiled = Compiled.of(operation);
    const { policies, policyTimeoutMs } = this.#settings;
    const policy = await callPolicies(compiled.policies, policies, input.principal, policyTimeoutMs);
    return compiled.inspect(factsOf(input, policy), input);
  }

  decide(operation: CompiledOperation, input: DecisionInput): Decision | Promise<Decision> {
    const decision = this.#judge(Compiled.of(operation), input);
    const strict = input.degraded && !this.#settings.dryRun ? this.#strict.get(operation) : undefined;
    if (strict === undefined) return decision;
    return decision instanceof Promise
      ? decision.then((settled) => this.#strictly(settled, strict, input))
      : this.#strictly(decision, strict, input);
  }

  #judge(compiled: Compiled, input: DecisionInput): Decision | Promise<Decision> {
    const { policies } = compiled;
    if (policies.length === 0) return compiled.decide(factsOf(input, NO_POLICY), input);
    return callPolicies(
      policies,
      this.#settings.policies,
      input.principal,
      this.#settings.policyTimeoutMs,
    ).then((policy) => compiled.decide(factsOf(input, policy), input));
  }

  /** A refusal because of the caller comes first: retrying later would not change it. */
  #strictly(decision: Decision, roots: readonly RootSelection[], input: DecisionInput): Decision {
    return decision.kind === "refused" || decision.kind === "tooComplex"
      ? decision
      : this.#unavailable(roots, input);
  }

  /** The operation does not run, because it is not known whether the caller was signed out meanwhile. */
  #unavailable(roots: readonly RootSelection[], input: DecisionInput): Decision {
    const mutation = this.#roots.get(OperationTypeNode.MUTATION) ?? "Mutation";
    const refused = roots.map(({ name, responseKey }) => {
      const denial: Denial = { code: "SERVICE_UNAVAILABLE", coordinate: `${mutation}.${name}` };
      return { denial, error: this.toError(denial, [responseKey], input.principal) };
    });
    return {
      kind: "refused",
      errors: refused.map(({ error }) => error),
      denied: refused.map(({ denial }) => denial),
    };
  }

  introspectionSchema(principal: DecisionInput["principal"]): GraphQLSchema | undefined {
    switch (this.introspection) {
      case "on":
        return this.#context.apiSchema;
      case "off":
        return undefined;
      case "filtered":
        return this.#filtered(principal);
    }
  }

  challengeOf(denied: readonly Denial[]) {
    return combineChallenge(denied, this.#settings.disclosure);
  }

  toError(denial: Denial, path: readonly (string | number)[], principal: DecisionInput["principal"]) {
    return denialError(denial, path, principal, this.#settings.disclosure);
  }

  fetchVerifier(plannable: PlannableOperation, includes: Includes): FetchVerifier {
    if (!this.#decided.has(plannable)) {
      throw new FaultError(
        "INTERNAL_SERVER_ERROR",
        "a plan was requested for an operation that was not decided",
      );
    }
    const granted: Granted = {
      rules: this.#rules,
      roots: this.#roots,
      grants: grantsOf(this.#context, plannable, includes),
    };
    return {
      assertGranted: (subgraph, document, sent) => checkFetch(granted, { subgraph, document, sent }),
      carriesUngranted: (subgraph, document) => carriesUngranted(granted, { subgraph, document }),
      guardsOf: (subgraph, document, sent) => guardsOf(granted, { subgraph, document, sent }),
    };
  }
}

const factsOf = (input: DecisionInput, policy: (name: string) => boolean): Facts => ({
  principal: input.principal,
  nowSeconds: input.nowSeconds,
  degraded: input.degraded,
  policy,
});
