import type { DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";
import { OperationTypeNode } from "graphql";
import type { Facts, Verdict } from "../../domain/requirement.js";
import type {
  CompiledOperation,
  Decision,
  DecisionInput,
  Denial,
  PlannableOperation,
} from "../authorizer.js";
import type { ResolvedSettings } from "../settings.js";
import { activeSelections } from "./activity.js";
import { allGranted, codeOf, type Judgement, judgeSelections } from "./check.js";
import { type Analysis, analyse, type CompileContext, type GuardedSelection } from "./compile.js";
import { ALWAYS, includesBy } from "./conditions.js";
import { createDenialView, denialOf, type Exposure } from "./denial-view.js";
import { deniedPaths } from "./denied-paths.js";
import { assertRemoved } from "./grants.js";
import { operationParts } from "./operation.js";
import { deniedRoots, refusalErrors } from "./refusals.js";
import { type Rewritten, rewrite } from "./rewrite.js";
import { refuseUnserved } from "./unserved.js";

/** The most errors of one refused operation (docs/spec/directive.md §5.2). */
const MAX_ERRORS = 100;

const NO_SELECTIONS: ReadonlySet<number> = new Set();
/** The vector of a guarded operation is never empty, so this key is free. */
const NOTHING_REMOVED = "";

/** A decision with its reasons. */
export interface Inspection {
  readonly decision: Decision;
  readonly analysis: Analysis;
  /** Is the selection active under the given `@skip` / `@include` values? */
  readonly isActive: (selection: GuardedSelection) => boolean;
  readonly verdict: (selection: GuardedSelection) => Verdict;
}

/** One operation of a document, compiled for one snapshot. It decides for any caller. */
export class Compiled implements CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly guarded: boolean;
  /** Policy functions that must be called before a decision. */
  readonly policies: readonly string[];
  readonly #context: CompileContext;
  readonly #settings: ResolvedSettings;
  readonly #decided: WeakSet<PlannableOperation>;
  readonly #exposure: Exposure;
  readonly #analysis: Analysis;
  readonly #variants = new Map<string, Rewritten>();
  readonly #document: DocumentNode;
  #strict: Compiled | undefined;
  readonly #refusal: Decision | undefined;
  /** The decision when nothing is denied, shared by all requests. */
  readonly #allowed: Decision;

  constructor(
    context: CompileContext,
    settings: ResolvedSettings,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    decided: WeakSet<PlannableOperation>,
    forceStrict = false,
  ) {
    this.operation = operation;
    this.#context = context;
    this.#document = document;
    this.#settings = settings;
    this.#decided = decided;
    this.#exposure = {
      disclosure: settings.disclosure,
      isVisible: (typeName) => context.apiSchema.getType(typeName) !== undefined,
    };
    const parts = operationParts(document, operation);
    this.#refusal = refuseUnserved(parts, settings.maxExpandedSelections);
    this.#analysis =
      this.#refusal === undefined
        ? analyse(context, parts, forceStrict)
        : {
            parts,
            fields: new Map(),
            guardedSelections: [],
            demands: [],
            conditional: false,
            fellBackToStrict: false,
          };
    this.guarded = this.#analysis.guardedSelections.length > 0;
    this.policies = this.#refusal === undefined ? policiesOf(this.#analysis, settings) : [];
    const plannable =
      this.#refusal === undefined ? this.#variant(NO_SELECTIONS, NOTHING_REMOVED).plannable : undefined;
    this.#allowed = { kind: "allowed", plannable, guarded: this.guarded };
  }

  /** @throws TypeError for a compiled operation of another implementation */
  static of(operation: CompiledOperation): Compiled {
    if (operation instanceof Compiled) return operation;
    throw new TypeError("this operation was not compiled by this authorizer");
  }

  /** Like {@link decide}, with the verdict of each guarded selection, for `explain`. */
  inspect(facts: Facts, input: DecisionInput): Inspection {
    const { isActive, judgement } = this.#judge(facts, input);
    const isPrecise =
      this.#refusal !== undefined || !this.#variant(judgement.removed, judgement.vector).needsStrict;
    const strict = isPrecise ? undefined : this.#strictly();
    if (strict !== undefined) return strict.inspect(facts, input);
    return {
      decision: this.decide(facts, input),
      analysis: this.#analysis,
      isActive,
      verdict: (selection) => {
        const unmet = judgement.denied.get(selection.index);
        return unmet === undefined ? "GRANTED" : codeOf(unmet, facts);
      },
    };
  }

  get analysis(): Analysis {
    return this.#analysis;
  }

  /** What is planned for a caller who is denied nothing. */
  get plannableWhenGranted(): PlannableOperation | undefined {
    return this.#allowed.kind === "allowed" ? this.#allowed.plannable : undefined;
  }

  decide(facts: Facts, input: DecisionInput): Decision {
    if (this.#refusal !== undefined) return this.#refusal;
    if (!this.guarded || allGranted(this.#analysis, facts)) return this.#allowed;

    const { includes, judgement } = this.#judge(facts, input);
    if (judgement.removed.size === 0 && judgement.reported.length === 0) return this.#allowed;
    const denied = judgement.reported.map((selection) => this.#denial(selection, judgement, facts));
    if (this.#settings.dryRun) {
      const { plannable } = this.#variant(NO_SELECTIONS, NOTHING_REMOVED);
      return {
        kind: "allowed",
        plannable,
        guarded: true,
        ...(denied.length === 0 ? {} : { wouldDeny: denied }),
      };
    }
    if (this.operation.operation === OperationTypeNode.QUERY || denied.length === 0) {
      const variant = this.#variant(judgement.removed, judgement.vector);
      if (variant.needsStrict) return this.#strictly()?.decide(facts, input) ?? this.#tooComplex();
      const { plannable } = variant;
      if (denied.length === 0) return { kind: "allowed", plannable, guarded: true };
      return { kind: "filtered", plannable, denials: this.#view(judgement, facts, new Map()), denied };
    }
    const deniedAt = new Map<FieldNode, readonly GuardedSelection[]>();
    for (const selection of judgement.reported)
      deniedAt.set(selection.node, [...(deniedAt.get(selection.node) ?? []), selection]);
    const relaxed = this.#settings.relaxMutations && this.operation.operation === OperationTypeNode.MUTATION;
    const paths = deniedPaths(
      this.#analysis.parts,
      deniedAt,
      includes,
      relaxed ? Number.POSITIVE_INFINITY : MAX_ERRORS,
    );
    const toDenial = (selection: GuardedSelection) => this.#denial(selection, judgement, facts);
    if (!relaxed) {
      return {
        kind: "refused",
        errors: refusalErrors(paths, toDenial, facts.principal, this.#settings.disclosure),
        denied,
      };
    }
    const roots = deniedRoots(this.#analysis, this.#rootName(), paths, toDenial);
    const { plannable, needsStrict } = this.#build(judgement.removed, new Set(roots.keys()));
    if (needsStrict) return this.#tooComplex();
    return { kind: "filtered", plannable, denials: this.#view(judgement, facts, roots), denied };
  }

  #judge(facts: Facts, input: DecisionInput) {
    const includes = this.#analysis.conditional ? includesBy(this.operation, input.variables) : ALWAYS;
    const isActive = activeSelections(this.#context, this.#analysis, includes);
    const judgement = judgeSelections(this.#context.rules, this.#analysis, facts, input.variables, isActive);
    return { includes, isActive, judgement };
  }

  /**
   * Returns the operation in strict mode, which is used when the precise rewriting cannot be used
   * (docs/spec/directive.md §2.5).
   *
   * @returns `undefined` when the operation is already in strict mode
   */
  #strictly(): Compiled | undefined {
    const isStrict = this.#analysis.fellBackToStrict || this.operation.operation !== OperationTypeNode.QUERY;
    if (isStrict) return undefined;
    this.#strict ??= new Compiled(
      this.#context,
      this.#settings,
      this.#document,
      this.operation,
      this.#decided,
      true,
    );
    return this.#strict;
  }

  #tooComplex(): Decision {
    const allowed = this.#settings.maxExpandedSelections;
    return { kind: "tooComplex", found: allowed + 1, allowed };
  }

  #denial(selection: GuardedSelection, judgement: Judgement, facts: Facts): Denial {
    return denialOf(selection, judgement, selection.coordinate, facts, this.#exposure);
  }

  #view(judgement: Judgement, facts: Facts, refusedRoots: ReadonlyMap<FieldNode, Denial>) {
    return createDenialView({
      rules: this.#context.rules,
      analysis: this.#analysis,
      judgement,
      facts,
      ...this.#exposure,
      refusedRoots,
    });
  }

  #rootName(): string | undefined {
    return this.#context.apiSchema.getRootType(this.operation.operation)?.name;
  }

  #variant(removed: ReadonlySet<number>, vector: string): Rewritten {
    const known = this.#variants.get(vector);
    if (known !== undefined) return known;
    const built = this.#build(removed, undefined);
    if (this.#variants.size < this.#settings.maxVariants) this.#variants.set(vector, built);
    return built;
  }

  #build(removed: ReadonlySet<number>, refused: ReadonlySet<FieldNode> | undefined): Rewritten {
    const analysis = this.#analysis;
    const built = rewrite({
      rules: this.#context.rules,
      analysis,
      isRemoved: (selection) => removed.has(selection.index),
      refused,
      maxExpandedSelections: this.#settings.maxExpandedSelections,
    });
    if (built.plannable !== undefined) {
      assertRemoved(this.#context, analysis, removed, built.plannable);
      this.#decided.add(built.plannable);
    }
    return built;
  }
}

const policiesOf = (analysis: Analysis, settings: ResolvedSettings): readonly string[] => {
  const names = new Set(analysis.demands.flatMap(({ requirement }) => requirement.policies.flat(2)));
  return [...names].filter((name) => settings.policies.has(name));
};
