import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import { COLORS } from "./random-graph-sdl.js";
import type { Tape } from "./tape.js";

export interface RandomOperation {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How many times an operation whose fields would clash is written again before every field gets its own key. */
const RETRIES = 3;

/** A valid operation over the schema: aliases, fragments of all kinds, conditions, variables, inputs. */
export const randomAuthOperation = (tape: Tape, schema: GraphQLSchema): RandomOperation => {
  for (let attempt = 0; ; attempt += 1) {
    const written = new Writer(tape, schema, attempt >= RETRIES).write();
    const errors = validate(schema, parse(written.text));
    if (errors.length === 0) return written;
    if (attempt >= RETRIES) throw new Error(`${errors[0]?.message}\n${written.text}`);
  }
};

class Writer {
  private readonly definitions = new Map<string, string>();
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments: { readonly name: string; readonly on: string; readonly text: string }[] = [];
  private budget: number;
  private keys = 0;

  constructor(
    private readonly tape: Tape,
    private readonly schema: GraphQLSchema,
    private readonly uniqueKeys: boolean,
  ) {
    this.budget = 4 + tape.int(24);
  }

  write(): RandomOperation {
    const { tape, schema } = this;
    const mutation = schema.getMutationType();
    const root = mutation && tape.chance(18) ? mutation : schema.getQueryType();
    if (root === undefined || root === null) throw new Error("a schema has a query type");
    const body = this.selections(root, 0);
    const variables = [...this.definitions].map(([name, type]) => `$${name}: ${type}`).join(", ");
    const word = root === mutation ? "mutation" : "query";
    const operationName = tape.chance(50) ? "Main" : undefined;
    // A second operation that nobody runs: decisions must follow the operation's name.
    const other = operationName !== undefined && tape.chance(20) ? " query Other { __typename }" : "";
    const head = `${word} ${operationName ?? ""}${variables === "" ? "" : `(${variables})`}`;
    const fragments = this.fragments.map((each) => ` fragment ${each.name} on ${each.on} ${each.text}`);
    return {
      text: `${head} ${body}${fragments.join("")}${other}`,
      operationName,
      variables: this.variables,
    };
  }

  private selections(type: GraphQLCompositeType, depth: number): string {
    const { tape } = this;
    const parts: string[] = [];
    const count = 1 + tape.int(depth === 0 ? 5 : 4);
    for (let at = 0; at < count && (at === 0 || this.budget > 0); at += 1) {
      this.budget -= 1;
      parts.push(this.selection(type, depth));
    }
    return `{ ${parts.join(" ")} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const { tape } = this;
    const dice = tape.int(100);
    if (depth < 5 && this.budget > 0) {
      if (dice >= 88) return this.spread(type, depth);
      if (dice >= (isAbstractType(type) ? 55 : 78)) return this.inline(type, depth);
    }
    if (dice < 4 || !("getFields" in type)) return `${this.alias("__typename", false)}__typename`;
    const fields = Object.values(type.getFields());
    const simple = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const deep = depth >= 5 || this.budget <= 0;
    const field = tape.pick(deep && simple.length > 0 ? simple : fields);
    const named = getNamedType(field.type);
    const args = this.args(field.args);
    const head = `${this.alias(field.name, args !== "")}${field.name}${args}${this.condition()}`;
    if (!isCompositeType(named)) return head;
    if (deep) return `${head} { __typename }`;
    return `${head} ${this.selections(named, depth + 1)}`;
  }

  /** Prototype names among the aliases: they are data like any other. */
  private alias(name: string, hasArgs: boolean): string {
    const { tape } = this;
    this.keys += 1;
    if (this.uniqueKeys || hasArgs) return `k${this.keys}: `;
    if (!tape.chance(15)) return "";
    return `${tape.pick([`${name}2`, "x", "constructor", "__proto__", "hasOwnProperty"])}: `;
  }

  private inline(type: GraphQLCompositeType, depth: number): string {
    const { tape } = this;
    const on = tape.pick(["", ...this.overlapping(type)]);
    const condition = this.condition();
    const inner = this.schema.getType(on);
    const body = this.selections(isCompositeType(inner) ? inner : type, depth + 1);
    return `...${on === "" ? "" : ` on ${on}`}${condition} ${body}`;
  }

  /** A named fragment: an earlier one again where it fits, so that one definition serves several places. */
  private spread(type: GraphQLCompositeType, depth: number): string {
    const { tape } = this;
    const fitting = this.fragments.filter((each) => this.overlapping(type).includes(each.on));
    if (fitting.length > 0 && tape.chance(60)) return `...${tape.pick(fitting).name}${this.condition()}`;
    const on = tape.pick(this.overlapping(type));
    const inner = this.schema.getType(on);
    if (!isCompositeType(inner)) return "__typename";
    const text = this.selections(inner, depth + 1);
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, on, text });
    return `...${name}${this.condition()}`;
  }

  /** Composite types some object of which may also be of the given type. */
  private overlapping(type: GraphQLCompositeType): string[] {
    const possible = this.possible(type);
    return Object.values(this.schema.getTypeMap())
      .filter((each) => isCompositeType(each) && !each.name.startsWith("__"))
      .filter((each) => this.possible(each as GraphQLCompositeType).some((name) => possible.includes(name)))
      .map((each) => each.name);
  }

  private possible(type: GraphQLCompositeType): string[] {
    return isObjectType(type) ? [type.name] : this.schema.getPossibleTypes(type).map((each) => each.name);
  }

  private condition(): string {
    const { tape } = this;
    if (!tape.chance(14)) return "";
    const directive = tape.pick(["include", "skip"]);
    if (tape.chance(25)) return ` @${directive}(if: ${tape.chance(50)})`;
    return ` @${directive}(if: $${this.booleanVariable()})`;
  }

  private booleanVariable(): string {
    const { tape } = this;
    const name = `b${tape.int(3)}`;
    if (this.definitions.has(name)) return name;
    switch (tape.int(3)) {
      case 0:
        this.definitions.set(name, "Boolean!");
        this.variables[name] = tape.chance(50);
        return name;
      case 1:
        this.definitions.set(name, `Boolean! = ${tape.chance(50)}`);
        return name;
      default:
        this.definitions.set(name, `Boolean! = ${tape.chance(50)}`);
        this.variables[name] = tape.chance(50);
        return name;
    }
  }

  private args(args: readonly GraphQLArgument[]): string {
    const given = this.tape.some(args, 55).map((arg) => `${arg.name}: ${this.literal(arg.type, 0)}`);
    return given.length === 0 ? "" : `(${given.join(", ")})`;
  }

  private variable(type: GraphQLInputType): string {
    const { tape } = this;
    const name = `v${this.definitions.size}`;
    switch (tape.int(4)) {
      // Absent, without a default: the argument is not provided.
      case 0:
        this.definitions.set(name, `${type}`);
        break;
      case 1:
        this.definitions.set(name, `${type} = ${this.constant(type, 0)}`);
        break;
      case 2:
        this.definitions.set(name, `${type}`);
        this.variables[name] = tape.chance(20) ? null : this.json(type, 0);
        break;
      default:
        this.definitions.set(name, `${type} = ${this.constant(type, 0)}`);
        this.variables[name] = this.json(type, 0);
    }
    return `$${name}`;
  }

  private literal(type: GraphQLInputType, depth: number): string {
    const { tape } = this;
    if (!isNonNullType(type) && tape.chance(35)) return this.variable(type);
    if (!isNonNullType(type) && tape.chance(8)) return "null";
    return this.shape(type, depth, (inner) => this.literal(inner, depth + 1));
  }

  private constant(type: GraphQLInputType, depth: number): string {
    return this.shape(type, depth, (inner) => this.constant(inner, depth + 1));
  }

  private shape(type: GraphQLInputType, depth: number, inner: (type: GraphQLInputType) => string): string {
    const { tape } = this;
    if (isNonNullType(type)) return this.shape(type.ofType, depth, inner);
    if (isListType(type)) {
      // A single value where a list is wanted is a list of one.
      if (tape.chance(20)) return this.shape(type.ofType, depth, inner);
      return `[${Array.from({ length: tape.int(3) }, () => inner(type.ofType)).join(", ")}]`;
    }
    if (isInputObjectType(type)) {
      const fields = tape.some(Object.values(type.getFields()), depth > 3 ? 10 : 45);
      return `{ ${fields.map((field) => `${field.name}: ${inner(field.type)}`).join(", ")} }`;
    }
    return this.leaf(type.name);
  }

  private leaf(name: string): string {
    const { tape } = this;
    if (name === "Int") return String(tape.int(9));
    if (name === "Boolean") return String(tape.chance(50));
    if (name === "Color") return tape.pick(COLORS);
    return JSON.stringify(tape.pick(["s", "t"]));
  }

  private json(type: GraphQLInputType, depth: number): unknown {
    const { tape } = this;
    if (isNonNullType(type)) return this.json(type.ofType, depth);
    if (tape.chance(6) && depth > 0) return null;
    if (isListType(type)) {
      const isItemNonNull = isNonNullType(type.ofType);
      if (tape.chance(20)) return this.json(type.ofType, 0);
      return Array.from({ length: tape.int(3) }, () => this.json(type.ofType, isItemNonNull ? 0 : depth + 1));
    }
    if (isInputObjectType(type)) {
      const fields = tape.some(Object.values(type.getFields()), depth > 3 ? 10 : 45);
      return Object.fromEntries(fields.map((field) => [field.name, this.json(field.type, depth + 1)]));
    }
    if (type.name === "Color") return tape.pick(COLORS);
    return JSON.parse(this.leaf(type.name));
  }
}
