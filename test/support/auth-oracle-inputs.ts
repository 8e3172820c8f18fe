import {
  type ArgumentNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { GraphModel, Guard, InputModel } from "./random-graph.js";

/** What of the inputs a request provides: literals, raw variables, operation defaults; never schema defaults. */
export class ProvidedInputs {
  constructor(
    private readonly model: GraphModel,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  /** The guards of every argument and input field that is provided, and of their named types, at any depth. */
  guardsOf(declared: readonly InputModel[], given: readonly ArgumentNode[]): Guard[] {
    const guards: Guard[] = [];
    for (const argument of given) {
      const input = declared.find((each) => each.name === argument.name.value);
      if (input !== undefined) this.literal(input, argument.value, guards);
    }
    return guards;
  }

  private literal(input: InputModel, value: ValueNode, guards: Guard[]): void {
    if (value.kind === Kind.VARIABLE) {
      const found = this.variable(value.name.value);
      if (found !== undefined) this.raw(input, found.value, guards);
      return;
    }
    this.count(input, guards);
    this.insideLiteral(input, value, guards);
  }

  private insideLiteral(input: InputModel, value: ValueNode, guards: Guard[]): void {
    if (value.kind === Kind.LIST) {
      for (const item of value.values) this.insideLiteral(input, item, guards);
    } else if (value.kind === Kind.VARIABLE) {
      const found = this.variable(value.name.value);
      if (found !== undefined) this.insideRaw(input, found.value, guards);
    } else if (value.kind === Kind.OBJECT) {
      const type = this.model.types.get(input.type.name);
      if (type?.kind !== "input") return;
      for (const given of value.fields) {
        const field = type.fields.find((each) => each.name === given.name.value);
        if (field !== undefined) this.literal(field, given.value, guards);
      }
    }
  }

  private raw(input: InputModel, value: unknown, guards: Guard[]): void {
    this.count(input, guards);
    this.insideRaw(input, value, guards);
  }

  private insideRaw(input: InputModel, value: unknown, guards: Guard[]): void {
    if (Array.isArray(value)) {
      for (const item of value) this.insideRaw(input, item, guards);
      return;
    }
    const type = this.model.types.get(input.type.name);
    if (type?.kind !== "input" || typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const field = type.fields.find((each) => each.name === name);
      if (field !== undefined) this.raw(field, inner, guards);
    }
  }

  private count(input: InputModel, guards: Guard[]): void {
    guards.push(...input.guards, ...(this.model.types.get(input.type.name)?.guards ?? []));
  }

  /** The raw value, or the operation's default; `undefined` when the variable is not there at all. */
  private variable(name: string): { readonly value: unknown } | undefined {
    if (Object.hasOwn(this.variables, name)) return { value: this.variables[name] };
    const definition = this.operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    if (definition?.defaultValue === undefined) return undefined;
    return { value: valueFromASTUntyped(definition.defaultValue) };
  }
}
