import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { AuthOracle } from "./auth-oracle.js";
import type { Denied, OracleAnswer, ResponsePath } from "./auth-oracle-execute.js";
import { DEFAULT_SETTINGS, type GraphSettings } from "./random-graph.js";

export interface GatewayAnswer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message?: string;
    readonly path?: ResponsePath;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

export interface SubgraphRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** docs/spec/directive.md §5.2: at most so many error objects, then one summary. */
const MAX_ERRORS = 100;

const keyOf = (path: ResponsePath): string => JSON.stringify(path);
const withoutIndices = (path: ResponsePath): string => keyOf(path.filter((each) => typeof each === "string"));

/** JSON with sorted keys: equal texts are equal values, keys named `__proto__` included. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
};

/** Everything wrong with what the gateway answered, measured by the oracle. */
export const judgeAnswer = (
  answer: GatewayAnswer,
  oracle: OracleAnswer,
  isMutation: boolean,
  { relaxMutations, disclosure }: GraphSettings = DEFAULT_SETTINGS,
): string[] => {
  const wrong: string[] = [];
  const errors = answer.errors ?? [];
  const served = canonical(answer.data ?? null);
  const due = canonical(oracle.data);
  if (served !== due) wrong.push(`data: served ${served}\n      due    ${due}`);
  for (const error of errors) wrong.push(...judgeDisclosure(error.extensions ?? {}, disclosure));
  if (isMutation && !relaxMutations && oracle.deniedStatically.length > 0) {
    const codes = new Set<unknown>(oracle.deniedStatically.map((each) => each.code));
    if (errors.length === 0) wrong.push("the mutation is refused without an error");
    for (const error of errors) {
      if (!codes.has(error.extensions?.["code"])) wrong.push(`unexpected error ${JSON.stringify(error)}`);
    }
    return wrong;
  }
  return [...wrong, ...judgeErrors(errors, oracle, disclosure)];
};

const DISCLOSABLE = ["code", "coordinate", "requiredScopes", "maxAge", "authTime"];

/** docs/spec/directive.md §5.2: a setting decides what an error discloses in addition to its code. */
const judgeDisclosure = (
  extensions: Readonly<Record<string, unknown>>,
  disclosure: GraphSettings["disclosure"],
): string[] => {
  const allowed = disclosure === "full" ? DISCLOSABLE : ["code"];
  const reported = Object.keys(extensions).filter((key) => !allowed.includes(key));
  return reported.map((key) => `${key} is reported at disclosure ${disclosure}`);
};

const judgeErrors = (
  errors: NonNullable<GatewayAnswer["errors"]>,
  oracle: OracleAnswer,
  disclosure: GraphSettings["disclosure"],
): string[] => {
  const wrong: string[] = [];
  const exact = new Map(oracle.denied.map((each) => [keyOf(each.path), each.code]));
  const coordinates = new Map(oracle.denied.map((each) => [keyOf(each.path), each.coordinate]));
  const hidden = new Set(oracle.hidden.map(keyOf));
  const statically = new Set(
    oracle.deniedStatically.map((each) => `${withoutIndices(each.path)} ${each.code}`),
  );
  const reported = new Set<string>();
  for (const error of errors) {
    const path = error.path ?? [];
    reported.add(keyOf(path));
    if (errors.length > MAX_ERRORS && error.path === undefined) continue;
    const code = error.extensions?.["code"];
    if (exact.get(keyOf(path)) === code) {
      const due = coordinates.get(keyOf(path));
      const isNamed = disclosure !== "full" || due === undefined || error.extensions?.["coordinate"] === due;
      if (!isNamed) wrong.push(`${keyOf(path)} is not reported as ${due}: ${JSON.stringify(error)}`);
      continue;
    }
    // An object of a hidden type is withheld from every caller.
    if (hidden.has(keyOf(path)) && code === "SUBGRAPH_ERROR") continue;
    // docs/spec/directive.md §3.3: a denied non-null child may be nulled statically, so its parent may not have been
    // looked at.
    const isStatic = statically.has(`${withoutIndices(path)} ${String(code)}`);
    if (isStatic && firstNull(oracle.data, path).length < path.length) continue;
    wrong.push(
      `unexpected error at ${keyOf(path)}: ${JSON.stringify(error)}; due: ${exact.get(keyOf(path))}`,
    );
  }
  if (errors.length >= MAX_ERRORS) return wrong;
  for (const denied of oracle.denied) {
    if (!isReported(denied, oracle.data, errors, reported)) wrong.push(`no error for ${keyOf(denied.path)}`);
  }
  return wrong;
};

/** A denial must be reported at its own path, or below the null if its null was propagated. */
const isReported = (
  denied: Denied,
  data: unknown,
  errors: NonNullable<GatewayAnswer["errors"]>,
  reported: ReadonlySet<string>,
): boolean => {
  const nulled = firstNull(data, denied.path);
  if (nulled.length === denied.path.length) return reported.has(keyOf(denied.path));
  return errors.some((error) => nulled.every((step, at) => error.path?.[at] === step));
};

/** The part of a path up to the first null in the data. */
const firstNull = (data: unknown, path: ResponsePath): ResponsePath => {
  let value = data;
  for (const [at, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, at);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
};

/** Everything sent to subgraphs that the caller is denied. Keys may be fetched for internal use. */
export const judgeTraffic = (
  requests: readonly SubgraphRequest[],
  schemas: ReadonlyMap<string, GraphQLSchema>,
  oracle: AuthOracle,
): string[] =>
  requests.flatMap((request) => {
    const schema = schemas.get(request.subgraph);
    if (schema === undefined) return [`a request to an unknown subgraph ${request.subgraph}`];
    return new TrafficJudge(schema, oracle, request).wrong();
  });

class TrafficJudge {
  private readonly document: DocumentNode;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly found = new Set<string>();
  /** Variables with the operation's defaults: conditions are read as the subgraph reads them. */
  private coerced: Readonly<Record<string, unknown>> = {};

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly oracle: AuthOracle,
    private readonly request: SubgraphRequest,
  ) {
    this.document = parse(request.query);
    for (const node of this.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  wrong(): string[] {
    const operation = this.document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return ["a request without an operation"];
    const root = this.schema.getRootType(operation.operation);
    if (!root) return [`${this.request.subgraph} has no ${operation.operation}`];
    const { coerced } = getVariableValues(
      this.schema,
      operation.variableDefinitions ?? [],
      this.request.variables,
    );
    if (coerced === undefined) return [`variables ${this.request.subgraph} refuses: ${this.request.query}`];
    this.coerced = coerced;
    this.walk(operation, operation.selectionSet, root.name, [root.name]);
    return [...this.found].map(
      (each) => `sent to ${this.request.subgraph}: ${each}\n   ${this.request.query}`,
    );
  }

  /** `possible`: the object types that are possible here under all enclosing type conditions. */
  private walk(
    operation: OperationDefinitionNode,
    set: SelectionSetNode,
    parent: string,
    possible: readonly string[],
  ): void {
    for (const node of set.selections) {
      if (!this.isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        this.field(operation, node, parent, possible);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.fragments.get(node.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value ?? parent;
      const inside = this.possibleTypes(condition).filter((each) => possible.includes(each));
      this.walk(operation, fragment.selectionSet, condition, inside);
    }
  }

  private field(
    operation: OperationDefinitionNode,
    node: FieldNode,
    parent: string,
    possible: readonly string[],
  ): void {
    const name = node.name.value;
    if (name.startsWith("__")) return;
    const type = this.schema.getType(parent);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (field === undefined) {
      this.found.add(`${parent}.${name}, which does not exist`);
      return;
    }
    if (name !== "_entities") for (const each of possible) this.coordinate(operation, node, each);
    const returned = getNamedType(field.type);
    if (node.selectionSet === undefined || !isCompositeType(returned)) return;
    const below = name === "_entities" ? this.representedTypes(node) : this.possibleTypes(returned.name);
    this.walk(operation, node.selectionSet, returned.name, below);
  }

  /**
   * Everything that is sent must be allowed for this caller: the requirement of the coordinate holds for the arguments
   * as sent. The planner may fetch more than was requested as long as this is true.
   */
  private coordinate(operation: OperationDefinitionNode, node: FieldNode, runtimeType: string): void {
    const { oracle, request } = this;
    if (oracle.isKey(runtimeType, node.name.value)) return;
    const [code] = oracle.fieldCodes(runtimeType, node, operation, request.variables);
    if (code !== undefined) this.found.add(`${runtimeType}.${node.name.value}, which is ${code}`);
  }

  /** Object types of the whole graph that are possible here: an interface object may have any type of its interface. */
  private possibleTypes(name: string): string[] {
    const type = this.schema.getType(name);
    const known = isAbstractType(type) ? this.schema.getPossibleTypes(type).map((each) => each.name) : [name];
    return known.flatMap((each) => (this.oracle.isAbstract(each) ? this.oracle.possibleTypes(each) : [each]));
  }

  /** The types an entity fetch can reach: those its representations name, by type or, failing that, by key. */
  private representedTypes(node: FieldNode): string[] {
    const value = node.arguments?.find((argument) => argument.name.value === "representations")?.value;
    const sent = value?.kind === Kind.VARIABLE ? this.request.variables[value.name.value] : [];
    const types = (Array.isArray(sent) ? sent : []).map((each: Record<string, unknown>) => {
      const name = String(each["__typename"]);
      return this.oracle.isAbstract(name) ? (/^(\w+):/.exec(String(each["id"]))?.[1] ?? name) : name;
    });
    return [...new Set(types)];
  }

  private isIncluded(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, this.coerced)?.["if"] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.coerced)?.["if"] !== false;
  }
}
