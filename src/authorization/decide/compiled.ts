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
import { activeCells } from "./activity.js";
import { allGranted, codeOf, type Judgement, judgeCells } from "./check.js";
import { type Analysis, analyse, type Cell, type CompileContext } from "./compile.js";
import { ALWAYS, includesBy } from "./conditions.js";
import { createDenialView, denialOf, type Telling } from "./denial-view.js";
import { deniedPaths } from "./denied-paths.js";
import { assertRemoved } from "./grants.js";
import { operationParts } from "./operation.js";
import { deniedRoots, refusalErrors } from "./refusals.js";
import { type Rewritten, rewrite } from "./rewrite.js";
import { refuseUnserved } from "./unserved.js";

/** The most errors of one refused operation (docs/spec/directive.md §5.2). */
const MAX_ERRORS = 100;

const NO_CELLS: ReadonlySet<number> = new Set();
/** No vector reads like this: vectors of a guarded operation are never empty. */
const NOTHING_REMOVED = "";

/** One decision with its reasons. */
export interface Inspection {
  readonly decision: Decision;
  readonly analysis: Analysis;
  /** Does the selection take part under the `@skip` / `@include` values given? */
  readonly isActive: (cell: Cell) => boolean;
  readonly verdict: (cell: Cell) => Verdict;
}

/** One operation of one document, compiled against one snapshot; decides for any caller. */
export class Compiled implements CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly guarded: boolean;
  /** Policy functions that have to be asked before anything can be decided. */
  readonly policies: readonly string[];
  readonly #context: CompileContext;
  readonly #settings: ResolvedSettings;
  readonly #decided: WeakSet<PlannableOperation>;
  readonly #telling: Telling;
  readonly #analysis: Analysis;
  readonly #variants = new Map<string, Rewritten>();
  readonly #document: DocumentNode;
  #strict: Compiled | undefined;
  readonly #refusal: Decision | undefined;
  /** The decision when nothing is denied: made once, handed out to everybody. */
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
    this.#telling = {
      disclosure: settings.disclosure,
      isVisible: (typeName) => context.apiSchema.getType(typeName) !== undefined,
    };
    const parts = operationParts(document, operation);
    this.#refusal = refuseUnserved(parts, settings.maxExpandedSelections);
    this.#analysis =
      this.#refusal === undefined
        ? analyse(context, parts, forceStrict)
        : { parts, fields: new Map(), cells: [], demands: [], conditional: false, fellBackToStrict: false };
    this.guarded = this.#analysis.cells.length > 0;
    this.policies = this.#refusal === undefined ? policiesOf(this.#analysis, settings) : [];
    const plannable =
      this.#refusal === undefined ? this.#variant(NO_CELLS, NOTHING_REMOVED).plannable : undefined;
    this.#allowed = { kind: "allowed", plannable, guarded: this.guarded };
  }

  /** @throws TypeError for a compiled operation of somebody else's making */
  static of(operation: CompiledOperation): Compiled {
    if (operation instanceof Compiled) return operation;
    throw new TypeError("this operation was not compiled by this authorizer");
  }

  /** The table behind {@link decide}, for `explain`: the same judgement, told cell by cell. */
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
      verdict: (cell) => {
        const unmet = judgement.denied.get(cell.index);
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
    if (judgement.removed.size === 0 && judgement.told.length === 0) return this.#allowed;
    const denied = judgement.told.map((cell) => this.#denial(cell, judgement, facts));
    if (this.#settings.dryRun) {
      const { plannable } = this.#variant(NO_CELLS, NOTHING_REMOVED);
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
    const deniedAt = new Map<FieldNode, readonly Cell[]>();
    for (const cell of judgement.told) deniedAt.set(cell.node, [...(deniedAt.get(cell.node) ?? []), cell]);
    const relaxed = this.#settings.relaxMutations && this.operation.operation === OperationTypeNode.MUTATION;
    const paths = deniedPaths(
      this.#analysis.parts,
      deniedAt,
      includes,
      relaxed ? Number.POSITIVE_INFINITY : MAX_ERRORS,
    );
    const tell = (cell: Cell) => this.#denial(cell, judgement, facts);
    if (!relaxed) {
      return {
        kind: "refused",
        errors: refusalErrors(paths, tell, facts.principal, this.#settings.disclosure),
        denied,
      };
    }
    const roots = deniedRoots(this.#analysis, this.#rootName(), paths, tell);
    const { plannable, needsStrict } = this.#build(judgement.removed, new Set(roots.keys()));
    if (needsStrict) return this.#tooComplex();
    return { kind: "filtered", plannable, denials: this.#view(judgement, facts, roots), denied };
  }

  #judge(facts: Facts, input: DecisionInput) {
    const includes = this.#analysis.conditional ? includesBy(this.operation, input.variables) : ALWAYS;
    const isActive = activeCells(this.#context, this.#analysis, includes);
    const judgement = judgeCells(this.#context.rules, this.#analysis, facts, input.variables, isActive);
    return { includes, isActive, judgement };
  }

  /**
   * If only the precise rewriting cannot be used, abstract positions are judged strictly (docs/spec/directive.md §2.5).
   *
   * @returns `undefined` where that would change nothing, since it is strict already
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

  #denial(cell: Cell, judgement: Judgement, facts: Facts): Denial {
    return denialOf(cell, judgement, cell.coordinate, facts, this.#telling);
  }

  #view(judgement: Judgement, facts: Facts, refusedRoots: ReadonlyMap<FieldNode, Denial>) {
    return createDenialView({
      rules: this.#context.rules,
      analysis: this.#analysis,
      judgement,
      facts,
      ...this.#telling,
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
      isRemoved: (cell) => removed.has(cell.index),
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
