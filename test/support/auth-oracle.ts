import type { FieldNode, OperationDefinitionNode } from "graphql";
import { ProvidedInputs } from "./auth-oracle-inputs.js";
import { policyHolds } from "./policies.js";
import {
  type CompositeModel,
  DEFAULT_SETTINGS,
  type FieldModel,
  type GraphModel,
  type GraphSettings,
  type Guard,
  type TypeModel,
} from "./random-graph.js";

/** The caller, in the terms of the specification. */
export interface OraclePrincipal {
  readonly anonymous: boolean;
  readonly scopes: ReadonlySet<string>;
  /** Unix seconds; absent: unknown. */
  readonly authTime?: number;
}

export interface OracleMoment {
  readonly nowSeconds: number;
  readonly freshSeconds: number;
  /** The revocation view is stale. */
  readonly degraded: boolean;
}

export type DenialCode = "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED" | "SERVICE_UNAVAILABLE";

/** docs/spec/directive.md §5.1: in order of precedence. */
export const PRECEDENCE: readonly DenialCode[] = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "SERVICE_UNAVAILABLE",
];

/** docs/spec/directive.md §1.4: `auth_time` further in the future than this is stale. */
const SKEW_SECONDS = 60;

/**
 * The meaning of `@auth`, written from the specification alone: slow, without caches, without plans. It reads
 * the model the schemas are printed from and never a schema, so that it cannot share a reader's mistake.
 */
export class AuthOracle {
  constructor(
    readonly model: GraphModel,
    private readonly principal: OraclePrincipal,
    private readonly moment: OracleMoment,
  ) {}

  get settings(): GraphSettings {
    return this.model.settings ?? DEFAULT_SETTINGS;
  }

  /** The type is known to subgraphs only, so an object of it is not served. */
  isHidden(type: string): boolean {
    return this.model.hidden?.has(type) === true;
  }

  /** The most pressing reason why these guards do not hold, or `undefined` when all hold. */
  verdict(guards: readonly Guard[]): DenialCode | undefined {
    return this.unmetCodes(guards)[0];
  }

  /** Every reason, the most pressing first. */
  private unmetCodes(guards: readonly Guard[]): DenialCode[] {
    const codes = guards.flatMap((guard) => this.unmet(guard));
    return PRECEDENCE.filter((code) => codes.includes(code));
  }

  private unmet(guard: Guard): DenialCode[] {
    const { principal, moment } = this;
    // docs/spec/directive.md §1.6: `@policy` implies `@auth` unless configured as Apollo has it.
    const isOpenToNobody = guard.apollo === "policy" && this.settings.policyMode === "apollo";
    if (principal.anonymous && !isOpenToNobody) return ["UNAUTHENTICATED"];
    const codes: DenialCode[] = [];
    const decides = (name: string): boolean => policyHolds(name, principal.scopes);
    if (guard.policies !== undefined && !guard.policies.some((group) => group.every(decides)))
      codes.push("FORBIDDEN");
    const holds = (scope: string): boolean => principal.scopes.has(scope);
    if (!(guard.scopes ?? []).every(holds)) codes.push("FORBIDDEN");
    if (guard.anyOf !== undefined && !guard.anyOf.some((group) => group.every(holds)))
      codes.push("FORBIDDEN");
    if (guard.fresh === true || guard.maxAge !== undefined) {
      const limit = guard.maxAge ?? moment.freshSeconds;
      const age = principal.authTime === undefined ? undefined : moment.nowSeconds - principal.authTime;
      if (age === undefined || age > limit || age < -SKEW_SECONDS) codes.push("STEP_UP_REQUIRED");
      if (moment.degraded) codes.push("SERVICE_UNAVAILABLE");
    }
    return codes;
  }

  type(name: string): TypeModel | undefined {
    return this.model.types.get(name);
  }

  composite(name: string): CompositeModel {
    const type = this.type(name);
    if (type?.kind !== "object" && type?.kind !== "interface") throw new Error(`${name} has no fields`);
    return type;
  }

  /** Object types an object at a position of this type may have. */
  possibleTypes(name: string): string[] {
    const type = this.type(name);
    if (type?.kind === "union") return [...type.members];
    if (type?.kind === "object") return [name];
    return [...this.model.types.values()]
      .filter((each) => each.kind === "object" && each.interfaces.includes(name))
      .map((each) => each.name);
  }

  isAbstract(name: string): boolean {
    const kind = this.type(name)?.kind;
    return kind === "union" || kind === "interface";
  }

  /** Does an object of this runtime type fall under a fragment's type condition? */
  matches(runtimeType: string, condition: string): boolean {
    return this.possibleTypes(condition).includes(runtimeType);
  }

  /** A type's own guards and those of every interface it implements (docs/spec/directive.md §2.1: inherited). */
  typeGuards(name: string): Guard[] {
    const type = this.type(name);
    if (type === undefined) return [];
    if (type.kind !== "object" && type.kind !== "interface") return type.guards;
    return [...type.guards, ...type.interfaces.flatMap((each) => this.typeGuards(each))];
  }

  /** Is the position denied because of its runtime type? */
  positionVerdict(runtimeType: string): DenialCode | undefined {
    return this.verdict(this.typeGuards(runtimeType));
  }

  /**
   * The reason why no object may be seen at a position of this abstract type. Then no subgraph is called to find out
   * whether there is one (docs/spec/directive.md §2.5). Of several reasons the weakest: it is the first to be
   * satisfied.
   */
  closedVerdict(abstractType: string): DenialCode | undefined {
    if (!this.isAbstract(abstractType)) return undefined;
    const codes = this.possibleTypes(abstractType).map((each) => this.positionVerdict(each));
    if (codes.includes(undefined)) return undefined;
    return PRECEDENCE.findLast((code) => codes.includes(code));
  }

  /**
   * The conjunction of docs/spec/directive.md §2.1 for one selected field on an object of the given runtime type: what
   * of it is unmet.
   */
  fieldCodes(
    runtimeType: string,
    node: FieldNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): DenialCode[] {
    if (node.name.value === "__typename") return [];
    return this.unmetCodes([
      ...this.coordinateGuards(runtimeType, node.name.value),
      ...this.providedGuards(runtimeType, node, operation, variables),
    ]);
  }

  /**
   * The strongest reason why a selection itself is denied. A guard on its parent type denies the position above
   * it; a root type is no position, so its guard belongs to each of its fields.
   */
  selectionVerdict(
    runtimeType: string,
    node: FieldNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): DenialCode | undefined {
    const isRoot = runtimeType === "Query" || runtimeType === "Mutation";
    return this.verdict([
      ...(isRoot ? this.typeGuards(runtimeType) : []),
      ...this.fieldGuards(runtimeType, node.name.value),
      ...this.providedGuards(runtimeType, node, operation, variables),
    ]);
  }

  /** The requirements of a coordinate that do not depend on its arguments. */
  private coordinateGuards(runtimeType: string, fieldName: string): Guard[] {
    return [...this.typeGuards(runtimeType), ...this.fieldGuards(runtimeType, fieldName)];
  }

  private fieldGuards(runtimeType: string, fieldName: string): Guard[] {
    const declared = this.declarations(runtimeType, fieldName);
    return [
      ...declared.flatMap((field) => field.guards),
      ...declared.flatMap((field) => this.typeGuards(field.type.name)),
      ...this.requiredCoordinates(runtimeType, fieldName).flatMap(([type, name]) =>
        type === runtimeType ? this.fieldGuards(type, name) : this.coordinateGuards(type, name),
      ),
    ];
  }

  /** The field on the object type and on every interface that declares it. */
  private declarations(runtimeType: string, fieldName: string): FieldModel[] {
    const type = this.composite(runtimeType);
    return [type, ...type.interfaces.map((each) => this.composite(each))].flatMap((each) =>
      each.fields.filter((field) => field.name === fieldName),
    );
  }

  /** What a field consumes directly, as (type, field): `value.v` passes through `value` and the type it returns. */
  private requiredCoordinates(runtimeType: string, fieldName: string): [string, string][] {
    return this.declarations(runtimeType, fieldName)
      .flatMap((field) => field.requires)
      .flatMap((path): [string, string][] => {
        const [first = "", second] = path.split(".");
        if (second === undefined) return [[runtimeType, first]];
        const through = this.composite(runtimeType).fields.find((field) => field.name === first);
        return [
          [runtimeType, first],
          [through?.type.name ?? "", second],
        ];
      });
  }

  /** May be fetched for joining, for every caller. */
  isKey(typeName: string, fieldName: string): boolean {
    return [...this.composite(typeName).keys.values()].some((keys) => keys.includes(fieldName));
  }

  private providedGuards(
    runtimeType: string,
    node: FieldNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Guard[] {
    const provided = new ProvidedInputs(this.model, operation, variables);
    return this.declarations(runtimeType, node.name.value).flatMap((field) =>
      provided.guardsOf(field.args, node.arguments ?? []),
    );
  }
}
