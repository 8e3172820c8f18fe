import {
  GraphQLBoolean,
  GraphQLError,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from "graphql";

/** A misfit, with path and expected type but without the value, which may be a password. */
interface Misfit {
  readonly path: string;
  readonly expected: string;
  /** A required field of this name was not sent; set to the object that lacks it. */
  readonly missingIn?: string;
}

type Check = (value: unknown, path: string, misfits: Misfit[]) => void;

/** Checks the variables of one operation, compiled once. */
export interface VariableCheck {
  /**
   * @throws GraphQLError `BAD_USER_INPUT` with status 400, naming path and expected type of every misfit (at
   *   most 10)
   */
  check(variables: Readonly<Record<string, unknown>>): void;
  /** The value of a Boolean variable or its default, for `@skip` and `@include`. */
  isTrue(variables: Readonly<Record<string, unknown>>, name: string): boolean;
}

export interface VariableCheckOptions {
  /**
   * Used by `@skip` and `@include`: their argument is `Boolean!`, so an explicit null is an error even where the
   * variable's own type allows it (GraphQL §3.13, §6.4.1). Default none.
   */
  readonly conditionVariables?: readonly string[];
  /**
   * May errors contain types and fields that the client did not send? Not if the schema is not readable by every caller.
   * Default true.
   */
  readonly namesSchema?: boolean;
}

const MAX_MISFITS = 10;
const CONDITION = new GraphQLNonNull(GraphQLBoolean);

/**
 * In gateway mode Apollo Server does not coerce variables. They are checked here by the rules of GraphQL §6.1.2 and
 * forwarded raw, because a subgraph coerces them again with its own scalars.
 *
 * @param schema - the API schema
 */
export const compileVariableCheck = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { conditionVariables = [], namesSchema = true }: VariableCheckOptions = {},
): VariableCheck => {
  const conditions = new Set(conditionVariables);
  const checks: { name: string; check: Check; isRequired: boolean; expected: string }[] = [];
  const trueByDefault = new Set<string>();
  const compiled = new Map<GraphQLInputType, Check>();
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (type === undefined || !isInputType(type)) continue;
    const hasDefault = definition.defaultValue !== undefined;
    if (hasDefault && valueFromAST(definition.defaultValue, type) === true) trueByDefault.add(name);
    checks.push({
      name,
      check: conditions.has(name) ? compileFresh(CONDITION, compiled) : compileType(type, compiled),
      isRequired: isNonNullType(type) && !hasDefault,
      expected: conditions.has(name) ? String(CONDITION) : String(type),
    });
  }
  return {
    check(variables) {
      if (checks.length === 0) return;
      const misfits: Misfit[] = [];
      for (const { name, check, isRequired, expected } of checks) {
        const isSent = Object.hasOwn(variables, name) && variables[name] !== undefined;
        if (isSent) check(variables[name], `$${name}`, misfits);
        else if (isRequired) misfits.push({ path: `$${name}`, expected });
      }
      if (misfits.length > 0) throw badUserInput(misfits, namesSchema);
    },
    isTrue: (variables, name) =>
      Object.hasOwn(variables, name) && variables[name] !== undefined
        ? variables[name] === true
        : trueByDefault.has(name),
  };
};

/** Which variable, and, where the schema may be named, which place in it and which type. */
const misfitText = ({ path, expected, missingIn }: Misfit, namesSchema: boolean): string => {
  if (namesSchema || !path.includes(".")) return `Variable "${path}" is not a valid ${expected}.`;
  return `Variable "${missingIn ?? path}" is not valid.`;
};

const badUserInput = (misfits: readonly Misfit[], namesSchema: boolean): GraphQLError =>
  new GraphQLError(
    [...new Set(misfits.slice(0, MAX_MISFITS).map((one) => misfitText(one, namesSchema)))].join(" "),
    { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
  );

const compileType = (type: GraphQLInputType, compiled: Map<GraphQLInputType, Check>): Check => {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  // Input types may be recursive, so the entry is set before its fields are compiled.
  let resolved: Check | undefined;
  const deferred: Check = (value, path, misfits) => resolved?.(value, path, misfits);
  compiled.set(type, deferred);
  resolved = compileFresh(type, compiled);
  compiled.set(type, resolved);
  return resolved;
};

const compileFresh = (
  type: GraphQLInputType,
  compiled: Map<GraphQLInputType, Check>,
  expected = String(type),
): Check => {
  const misfit = (path: string, misfits: Misfit[]): void => void misfits.push({ path, expected });
  if (isNonNullType(type)) {
    const inner = compileFresh(type.ofType, compiled, expected);
    return (value, path, misfits) =>
      value === null || value === undefined ? misfit(path, misfits) : inner(value, path, misfits);
  }
  if (isListType(type)) {
    const inner = compileType(type.ofType, compiled);
    return (value, path, misfits) => {
      if (value === null) return;
      if (!Array.isArray(value)) return inner(value, path, misfits);
      for (let index = 0; index < value.length && misfits.length < MAX_MISFITS; index += 1) {
        inner(value[index], `${path}.${index}`, misfits);
      }
    };
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => ({
      name: field.name,
      check: compileType(field.type, compiled),
      isRequired: isNonNullType(field.type) && field.defaultValue === undefined,
      expected: String(field.type),
    }));
    const names = new Set(fields.map((field) => field.name));
    return (value, path, misfits) => {
      if (value === null) return;
      if (typeof value !== "object" || Array.isArray(value)) return misfit(path, misfits);
      const object = value as Readonly<Record<string, unknown>>;
      for (const field of fields) {
        const isSent = Object.hasOwn(object, field.name) && object[field.name] !== undefined;
        if (isSent) field.check(object[field.name], `${path}.${field.name}`, misfits);
        else if (field.isRequired)
          misfits.push({ path: `${path}.${field.name}`, expected: field.expected, missingIn: path });
      }
      // An unknown key is not echoed either, since it may be a misplaced secret.
      const keys = Object.keys(object);
      if (keys.some((key) => !names.has(key))) misfit(path, misfits);
      if (type.isOneOf && (keys.length !== 1 || object[keys[0] ?? ""] === null)) misfit(path, misfits);
    };
  }
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map((item) => item.name));
    return (value, path, misfits) => {
      if (value !== null && !(typeof value === "string" && names.has(value))) misfit(path, misfits);
    };
  }
  return (value, path, misfits) => {
    if (value === null) return;
    try {
      if (type.parseValue(value) === undefined) misfit(path, misfits);
    } catch {
      misfit(path, misfits);
    }
  };
};
