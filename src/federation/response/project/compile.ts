import {
  type GraphQLEnumType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from "graphql";
import { type JsonObject, type JsonValue, own } from "../../result/json.js";
import type { SharedObjects } from "../../result/sharing/shared-objects.js";
import { type Complete, SharedTexts } from "../../result/sharing/shared-texts.js";
import { type Dialect, OBJECTS, TEXT } from "./dialect.js";
import { interfaceWithoutObjectType } from "./interface-without-object-type.js";
import { leafCheck } from "./leaf.js";
import type { ProjectionInput } from "./project.js";

/**
 * Completes an answer in which nothing was denied and nothing failed. Both methods return `undefined` at the first
 * value that does not match the schema; then the interpreter (`project.ts`) repeats the whole answer and reports the
 * error.
 */
export interface FastProjector {
  /** Returns new objects of a fixed shape, which `JSON.stringify` writes fastest. */
  project(data: JsonObject): JsonObject | undefined;
  /** Returns JSON text, for a tree with many shared objects: the text of each is written once and copied. */
  write(data: JsonObject, shared: SharedObjects): string | undefined;
}

export type FastProjectionInput = Pick<
  ProjectionInput,
  "schema" | "rootType" | "selectionSet" | "collector" | "names" | "isTrue" | "hidesTypes"
>;

/** For one operation, one set of conditions and one plan. The code is generated on first use. */
export const createFastProjector = (input: FastProjectionInput): FastProjector => {
  let asObjects: Complete | undefined;
  let asText: Complete | undefined;
  return {
    project(data) {
      asObjects ??= compile(input, OBJECTS);
      return run(asObjects, data, undefined) as JsonObject | undefined;
    },
    write(data, shared) {
      asText ??= compile(input, TEXT);
      return run(asText, data, new SharedTexts(shared)) as string | undefined;
    },
  };
};

/** Thrown by generated code at a value that does not match the schema, and caught in this file. */
const MISMATCH = Symbol("mismatch");

const run = (
  complete: Complete,
  data: JsonObject,
  shared: SharedTexts | undefined,
): JsonValue | undefined => {
  try {
    return complete(data, shared);
  } catch (error) {
    if (error === MISMATCH) return undefined;
    throw error;
  }
};

const mismatch = (): never => {
  throw MISMATCH;
};

/**
 * Names are put into the code as JSON strings; values of a request never are. If the runtime forbids generated code
 * (`--disallow-code-generation-from-strings`), every answer is left to the interpreter.
 */
const compile = (input: FastProjectionInput, dialect: Dialect): Complete => {
  try {
    return new Generator(input, dialect).objectFunction(input.rootType, [input.selectionSet]);
  } catch (error) {
    if (error instanceof EvalError) return mismatch;
    throw error;
  }
};

/** Fast inline tests for valid values. A value that fails its test is checked again by a function. */
const INLINE_TESTS: ReadonlyMap<string, (variable: string) => string> = new Map([
  ["String", (v: string) => `typeof ${v} === "string"`],
  ["ID", (v: string) => `typeof ${v} === "string"`],
  ["Int", (v: string) => `(${v} | 0) === ${v}`],
  // Excludes NaN and infinity, which `JSON.stringify` would write as null.
  ["Float", (v: string) => `typeof ${v} === "number" && ${v} - ${v} === 0`],
  ["Boolean", (v: string) => `typeof ${v} === "boolean"`],
]);

class Generator {
  readonly #input: FastProjectionInput;
  readonly #dialect: Dialect;
  readonly #functions: string[] = [];
  readonly #constants: unknown[] = [];
  #names = 0;

  constructor(input: FastProjectionInput, dialect: Dialect) {
    this.#input = input;
    this.#dialect = dialect;
  }

  /** Compiles the function for objects of one type, with the functions for everything below it of a known type. */
  objectFunction(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSets: readonly SelectionSetNode[],
  ): Complete {
    const name = this.#object(type, selectionSets);
    const body = `"use strict";\n${this.#functions.join("\n")}\nreturn ${name};`;
    // Constants are parameters of the outer function, so that V8 can treat them as constant.
    const parameters = this.#constants.map((_, index) => `c${index}`);
    return new Function(...parameters, body)(...this.#constants) as Complete;
  }

  #constant(value: unknown): string {
    this.#constants.push(value);
    return `c${this.#constants.length - 1}`;
  }

  /** Adds a function of a container (`parameter`) and the shared ones (`s`). */
  #function(parameter: string, ...body: readonly string[]): string {
    this.#names += 1;
    const name = `f${this.#names}`;
    this.#functions.push(`function ${name}(${parameter}, s) {`, ...body, "}");
    if (!this.#dialect.sharesObjects) return name;
    const once = `${name}s`;
    this.#functions.push(`function ${once}(o, s) { return s.has(o) ? s.once(o, ${name}) : ${name}(o, s); }`);
    return once;
  }

  #object(
    type: GraphQLObjectType | GraphQLInterfaceType,
    selectionSets: readonly SelectionSetNode[],
  ): string {
    const { collector, isTrue, names } = this.#input;
    const reads: string[] = [];
    const members: (readonly [string, string])[] = [];
    const fields = type.getFields();
    for (const [index, field] of collector.collect(selectionSets, type, isTrue).entries()) {
      const { responseKey } = field;
      if (field.name === "__typename") {
        members.push([responseKey, this.#dialect.fixed(type.name)]);
        continue;
      }
      const definition = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
      const first = field.nodes[0];
      if (definition === undefined || first === undefined) {
        members.push([responseKey, this.#dialect.nothing]);
        continue;
      }
      const variable = `v${index}`;
      const sets = field.nodes.flatMap((node) => node.selectionSet ?? []);
      reads.push(`const ${variable} = ${this.#read("o", names.keyOf(first))};`);
      members.push([responseKey, this.#completed(variable, definition.type, sets)]);
    }
    return this.#function(
      "o",
      `if (typeof o !== "object" || Array.isArray(o)) ${this.#constant(mismatch)}();`,
      ...reads,
      `return ${this.#dialect.object(members)};`,
    );
  }

  #read(object: string, key: string): string {
    return key in Object.prototype
      ? `${this.#constant(own)}(${object}, ${JSON.stringify(key)})`
      : `${object}[${JSON.stringify(key)}]`;
  }

  /** An expression that completes the value of a variable. */
  #completed(variable: string, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    const isNonNull = isNonNullType(type);
    const nullable = isNonNull ? type.ofType : type;
    const onMismatch = `${this.#constant(mismatch)}()`;
    const whenNull = isNonNull ? onMismatch : this.#dialect.nothing;
    const unlessNull = (complete: string): string =>
      `(${variable} === null ? ${whenNull} : ${variable} === undefined ? ${onMismatch} : ${complete}(${variable}, s))`;
    if (isListType(nullable)) return unlessNull(this.#list(nullable.ofType, sets));
    if (isCompositeType(nullable)) {
      const complete = isObjectType(nullable)
        ? this.#object(nullable, sets)
        : this.#constant(this.#abstract(nullable, sets));
      return unlessNull(complete);
    }
    const again = unlessNull(this.#constant(this.#leaf(nullable)));
    const inlineTest = INLINE_TESTS.get(nullable.name);
    return inlineTest === undefined
      ? again
      : `(${inlineTest(variable)} ? ${this.#dialect.leaf(variable, IS_TEXT.has(nullable.name))} : ${again})`;
  }

  #list(item: GraphQLOutputType, sets: readonly SelectionSetNode[]): string {
    return this.#function(
      "a",
      `if (!Array.isArray(a)) ${this.#constant(mismatch)}();`,
      "const n = a.length;",
      this.#dialect.list(this.#completed("v", item, sets)),
    );
  }

  #leaf(type: GraphQLScalarType | GraphQLEnumType): (value: JsonValue) => JsonValue {
    const isRight = leafCheck(type);
    const { checked } = this.#dialect;
    return (value) => (isRight(value) ? checked(value) : mismatch());
  }

  /** Chooses a function by runtime type. The function for a type is generated when the type first occurs. */
  #abstract(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): Complete {
    const byType = new Map<JsonValue | undefined, Complete>();
    const { schema, hidesTypes, collector } = this.#input;
    const generate = (runtimeType: GraphQLObjectType | GraphQLInterfaceType): Complete =>
      new Generator(this.#input, this.#dialect).objectFunction(runtimeType, sets);
    const find = (typeName: JsonValue | undefined): Complete => {
      const runtimeType = typeof typeName === "string" ? schema.getType(typeName) : undefined;
      if (isObjectType(runtimeType) && isAbstractType(type) && schema.isSubType(type, runtimeType)) {
        return generate(runtimeType);
      }
      const shown = interfaceWithoutObjectType(schema, type, typeName);
      return shown !== undefined && !hidesTypes(shown.name) && collector.isUniform(sets, shown)
        ? generate(shown)
        : mismatch();
    };
    return (value, shared) => {
      if (typeof value !== "object" || Array.isArray(value)) return mismatch();
      const typeName = (value as JsonObject)["__typename"];
      let complete = byType.get(typeName);
      if (complete === undefined) {
        complete = find(typeName);
        byType.set(typeName, complete);
      }
      return complete(value, shared);
    };
  }
}

const IS_TEXT: ReadonlySet<string> = new Set(["String", "ID"]);
