import {
  type ArgumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { CompositeModel, FieldModel, GraphModel, Guard, InputModel, TypeModel } from "./random-graph.js";

/** Who asks, as the specification sees them. */
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

const PRECEDENCE: readonly DenialCode[] = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "SERVICE_UNAVAILABLE",
];

/** auth-directive §1: `auth_time` further in the future than this is stale. */
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
    if (principal.anonymous) return ["UNAUTHENTICATED"];
    const codes: DenialCode[] = [];
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

  /** A type's own guards and those of every interface it implements (§2: inherited). */
  typeGuards(name: string): Guard[] {
    const type = this.type(name);
    if (type === undefined) return [];
    if (type.kind !== "object" && type.kind !== "interface") return type.guards;
    return [...type.guards, ...type.interfaces.flatMap((each) => this.typeGuards(each))];
  }

  /** Is the position denied because of the runtime type that stands there? */
  positionVerdict(runtimeType: string): DenialCode | undefined {
    return this.verdict(this.typeGuards(runtimeType));
  }

  /** The conjunction of §2 for one selected field on an object of the given runtime type: what of it is unmet. */
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

  /** Everything about a coordinate that does not depend on how it is asked. */
  private coordinateGuards(runtimeType: string, fieldName: string): Guard[] {
    const declared = this.declarations(runtimeType, fieldName);
    return [
      ...this.typeGuards(runtimeType),
      ...declared.flatMap((field) => field.guards),
      ...declared.flatMap((field) => this.typeGuards(field.type.name)),
      ...declared
        .flatMap((field) => field.requires)
        .flatMap((name) => this.coordinateGuards(runtimeType, name)),
    ];
  }

  /** The field on the object type and on every interface that declares it. */
  private declarations(runtimeType: string, fieldName: string): FieldModel[] {
    const type = this.composite(runtimeType);
    return [type, ...type.interfaces.map((each) => this.composite(each))].flatMap((each) =>
      each.fields.filter((field) => field.name === fieldName),
    );
  }

  /** `Type.field` and everything it consumes. */
  consumed(runtimeType: string, fieldName: string): string[] {
    const requires = this.declarations(runtimeType, fieldName).flatMap((field) => field.requires);
    return [`${runtimeType}.${fieldName}`, ...requires.flatMap((name) => this.consumed(runtimeType, name))];
  }

  private providedGuards(
    runtimeType: string,
    node: FieldNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Guard[] {
    const provided = new ProvidedInputs(this, operation, variables);
    return this.declarations(runtimeType, node.name.value).flatMap(
      (field) => provided.ofArguments(field.args, node.arguments ?? []).guards,
    );
  }
}

export interface Provided {
  readonly guards: Guard[];
  /** `argument` of the field, or `InputType.field` below it. */
  readonly coordinates: string[];
}

/** What of the inputs a request provides: literals, raw variables, operation defaults; never schema defaults. */
export class ProvidedInputs {
  constructor(
    private readonly oracle: AuthOracle,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  ofArguments(declared: readonly InputModel[], given: readonly ArgumentNode[]): Provided {
    const provided: Provided = { guards: [], coordinates: [] };
    for (const argument of given) {
      const input = declared.find((each) => each.name === argument.name.value);
      if (input === undefined) continue;
      this.literal(input, input.name, argument.value, provided);
    }
    return provided;
  }

  private literal(input: InputModel, coordinate: string, value: ValueNode, provided: Provided): void {
    if (value.kind === Kind.VARIABLE) {
      const found = this.variable(value.name.value);
      if (found !== undefined) this.raw(input, coordinate, found.value, provided);
      return;
    }
    this.count(input, coordinate, provided);
    this.insideLiteral(input, value, provided);
  }

  private insideLiteral(input: InputModel, value: ValueNode, provided: Provided): void {
    if (value.kind === Kind.LIST) {
      for (const item of value.values) this.insideLiteral(input, item, provided);
    } else if (value.kind === Kind.VARIABLE) {
      const found = this.variable(value.name.value);
      if (found !== undefined) this.insideRaw(input, found.value, provided);
    } else if (value.kind === Kind.OBJECT) {
      const type = this.oracle.type(input.type.name);
      if (type?.kind !== "input") return;
      for (const given of value.fields) {
        const field = type.fields.find((each) => each.name === given.name.value);
        if (field !== undefined) this.literal(field, `${type.name}.${field.name}`, given.value, provided);
      }
    }
  }

  private raw(input: InputModel, coordinate: string, value: unknown, provided: Provided): void {
    this.count(input, coordinate, provided);
    this.insideRaw(input, value, provided);
  }

  private insideRaw(input: InputModel, value: unknown, provided: Provided): void {
    if (Array.isArray(value)) {
      for (const item of value) this.insideRaw(input, item, provided);
      return;
    }
    const type = this.oracle.type(input.type.name);
    if (type?.kind !== "input" || typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const field = type.fields.find((each) => each.name === name);
      if (field !== undefined) this.raw(field, `${type.name}.${name}`, inner, provided);
    }
  }

  private count(input: InputModel, coordinate: string, provided: Provided): void {
    provided.coordinates.push(coordinate);
    provided.guards.push(...input.guards, ...this.oracle.typeGuards(input.type.name));
  }

  /** The raw value, or the operation's default; `undefined` when the variable is not there at all. */
  private variable(name: string): { readonly value: unknown } | undefined {
    if (Object.hasOwn(this.variables, name)) return { value: this.variables[name] };
    const definition = this.operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    if (definition?.defaultValue === undefined) return undefined;
    return { value: valueFromASTUntyped(definition.defaultValue) };
  }
}
