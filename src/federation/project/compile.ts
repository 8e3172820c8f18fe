import {
  type GraphQLEnumType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import { type JsonObject, type JsonValue, own } from "../execute/json.js";
import { leafCheck } from "./leaf.js";
import type { ProjectionInput } from "./project.js";

/**
 * Projects a clean answer: nothing denied, nothing failed. Answers `undefined` at the first value that is not what
 * the schema promises; then `project` does the whole answer again, and tells what was wrong.
 */
export type FastProjector = (data: JsonObject) => JsonObject | undefined;

export type FastProjectionInput = Pick<
  ProjectionInput,
  "schema" | "rootType" | "selectionSet" | "collector" | "names" | "isTrue" | "hidesTypes"
>;

/** Thrown by generated code; never leaves this file. */
const ODD = Symbol("odd");

/**
 * Generates code for one operation, one set of conditions and one plan: fresh objects of fixed shape, which
 * `JSON.stringify` writes fastest. Every name goes into the text as a JSON string; nothing of a request does.
 *
 * @returns `undefined` where the runtime forbids generated code (`--disallow-code-generation-from-strings`)
 */
export const compileProjector = (input: FastProjectionInput): FastProjector | undefined => {
  try {
    const root = new Generator(input).objectFunction(input.rootType, [input.selectionSet]);
    return (data) => {
      try {
        return root(data) as JsonObject;
      } catch (error) {
        if (error === ODD) return undefined;
        throw error;
      }
    };
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
};

type Complete = (value: JsonValue) => JsonValue;

const odd = (): never => {
  throw ODD;
};
const orNull = (value: JsonValue | undefined): null => (value === null || value === undefined ? null : odd());

/** Inline tests that say "surely right"; what fails them is looked at again by a function. */
const SURELY: ReadonlyMap<string, (variable: string) => string> = new Map([
  ["String", (v: string) => `typeof ${v} === "string"`],
  ["ID", (v: string) => `typeof ${v} === "string"`],
  ["Int", (v: string) => `(${v} | 0) === ${v}`],
  ["Float", (v: string) => `typeof ${v} === "number"`],
  ["Boolean", (v: string) => `typeof ${v} === "boolean"`],
]);

class Generator {
  readonly #input: FastProjectionInput;
  readonly #functions: string[] = [];
  readonly #constants: unknown[] = [];
  #names = 0;

  constructor(input: FastProjectionInput) {
    this.#input = input;
  }

  /** A finished function for objects of one type; everything below it with a known type is in the same text. */
  objectFunction(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSets: readonly SelectionSetNode[],
  ): Complete {
    const name = this.#object(type, selectionSets);
    const body = `"use strict";\n${this.#functions.join("\n")}\nreturn ${name};`;
    // Constants are parameters of the surrounding function, so that the engine may treat them as fixed.
    const parameters = this.#constants.map((_, index) => `c${index}`);
    return new Function(...parameters, body)(...this.#constants) as Complete;
  }

  #constant(value: unknown): string {
    this.#constants.push(value);
    return `c${this.#constants.length - 1}`;
  }

  #name(): string {
    this.#names += 1;
    return `f${this.#names}`;
  }

  #object(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSets: readonly SelectionSetNode[],
  ): string {
    const { collector, isTrue, names } = this.#input;
    const lines: string[] = [];
    const members: string[] = [];
    const fields = type.getFields();
    for (const [index, field] of collector.collect(selectionSets, type, isTrue).entries()) {
      // Written as a computed key, `__proto__` is a key like any other.
      const key = `[${JSON.stringify(field.responseKey)}]`;
      if (field.name === "__typename") {
        members.push(`${key}: ${JSON.stringify(type.name)}`);
        continue;
      }
      const definition = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
      const first = field.nodes[0];
      if (definition === undefined || first === undefined) {
        members.push(`${key}: null`);
        continue;
      }
      const variable = `v${index}`;
      const sets = field.nodes.flatMap((node) => node.selectionSet ?? []);
      lines.push(`let ${variable} = ${this.#read("o", names.keyOf(first))};`);
      lines.push(this.#complete(variable, definition.type, sets));
      members.push(`${key}: ${variable}`);
    }
    const name = this.#name();
    this.#functions.push(
      `function ${name}(o) {`,
      `if (typeof o !== "object" || Array.isArray(o)) ${this.#constant(odd)}();`,
      ...lines,
      `return { ${members.join(", ")} };`,
      "}",
    );
    return name;
  }

  #read(object: string, key: string): string {
    return key in Object.prototype
      ? `${this.#constant(own)}(${object}, ${JSON.stringify(key)})`
      : `${object}[${JSON.stringify(key)}]`;
  }

  /** A statement that turns the variable into its completed value. */
  #complete(variable: string, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const whenNull = this.#constant(isNonNullType(type) ? odd : orNull);
    if (isListType(nullable)) {
      return this.#unlessNull(variable, whenNull, this.#list(nullable.ofType, sets));
    }
    if (isCompositeType(nullable)) {
      const inner = isObjectType(nullable)
        ? this.#object(nullable, sets)
        : this.#constant(this.#abstract(nullable, sets));
      return this.#unlessNull(variable, whenNull, inner);
    }
    const again = this.#constant(this.#leaf(nullable, isNonNullType(type)));
    const surely = SURELY.get(nullable.name);
    const call = `${variable} = ${again}(${variable});`;
    return surely === undefined ? call : `if (!(${surely(variable)})) ${call}`;
  }

  #unlessNull(variable: string, whenNull: string, complete: string): string {
    return `${variable} = ${variable} === null || ${variable} === undefined ? ${whenNull}(${variable}) : ${complete}(${variable});`;
  }

  #list(item: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    const statement = this.#complete("v", item, sets);
    const name = this.#name();
    this.#functions.push(
      `function ${name}(a) {`,
      `if (!Array.isArray(a)) ${this.#constant(odd)}();`,
      "const n = a.length;",
      "const r = new Array(n);",
      `for (let i = 0; i < n; i += 1) { let v = a[i]; ${statement} r[i] = v; }`,
      "return r;",
      "}",
    );
    return name;
  }

  #leaf(type: GraphQLScalarType | GraphQLEnumType, isNonNull: boolean): Complete {
    const isRight = leafCheck(type);
    return (value) => {
      if (value === null || value === undefined) return isNonNull ? odd() : null;
      return isRight(value) ? value : odd();
    };
  }

  /** Chosen by runtime type; the function of each is generated when it is first met. */
  #abstract(
    type: Exclude<Parameters<typeof isAbstractType>[0], null | undefined> & { readonly name: string },
    sets: readonly SelectionSetNode[],
  ): Complete {
    const byType = new Map<JsonValue | undefined, Complete>();
    const { schema, hidesTypes, collector } = this.#input;
    const find = (typeName: JsonValue | undefined): Complete => {
      const runtimeType = typeof typeName === "string" ? schema.getType(typeName) : undefined;
      if (isObjectType(runtimeType) && isAbstractType(type) && schema.isSubType(type, runtimeType)) {
        return new Generator(this.#input).objectFunction(runtimeType, sets);
      }
      const isNameless = typeName === undefined || typeName === type.name;
      return isNameless && isInterfaceType(type) && !hidesTypes(type.name) && collector.isUniform(sets, type)
        ? new Generator(this.#input).objectFunction(type, sets)
        : odd();
    };
    return (value) => {
      if (typeof value !== "object" || Array.isArray(value)) return odd();
      const typeName = (value as JsonObject)["__typename"];
      let complete = byType.get(typeName);
      if (complete === undefined) {
        complete = find(typeName);
        byType.set(typeName, complete);
      }
      return complete(value);
    };
  }
}
