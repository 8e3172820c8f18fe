import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { type AuthOracle, type DenialCode, PRECEDENCE } from "./auth-oracle.js";
import type { GraphData, GraphObject } from "./graph-data.js";

export type ResponsePath = readonly (string | number)[];

export interface Denied {
  readonly path: ResponsePath;
  readonly code: DenialCode;
  /** What is denied, by its own type: `Type.field`, or `Type` for an object as a whole. */
  readonly coordinate?: string;
}

export interface OracleAnswer {
  readonly data: unknown;
  /** Every denied position that exists in the data, those below a propagated null included. */
  readonly denied: readonly Denied[];
  /** Every selection some possible type is denied, by response path without indices. */
  readonly deniedStatically: readonly Denied[];
  /** Places of objects of an `@inaccessible` type, which are never served. */
  readonly hidden: readonly ResponsePath[];
}

/** Marks a null that a non-null position passes on to its parent. */
const BUBBLE = Symbol("non-null position without a value");

interface Request {
  /** The whole schema, including hidden types, because the data contains them. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Returns the value of every field. */
export type OracleData = Pick<GraphData, "field">;

/** Answers an operation over the whole data, judging every value at its runtime type. */
export const askOracle = (oracle: AuthOracle, data: OracleData, request: Request): OracleAnswer =>
  new OracleRun(oracle, data, request).answer();

class OracleRun {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly refusedRoots = new Map<string, DenialCode>();
  private readonly coerced: Readonly<Record<string, unknown>>;
  private readonly denied: Denied[] = [];
  private readonly deniedStatically: Denied[] = [];
  private readonly hidden: ResponsePath[] = [];

  constructor(
    private readonly oracle: AuthOracle,
    private readonly data: OracleData,
    private readonly request: Request,
  ) {
    for (const node of request.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
    const result = getVariableValues(
      request.schema,
      request.operation.variableDefinitions ?? [],
      request.variables,
    );
    if (result.coerced === undefined) throw new Error(`the generator wrote bad variables: ${result.errors}`);
    this.coerced = result.coerced;
  }

  answer(): OracleAnswer {
    const { schema, operation } = this.request;
    const root = schema.getRootType(operation.operation);
    if (!root) throw new Error(`no ${operation.operation} type`);
    this.walk([root.name], [operation.selectionSet], []);
    const { relaxMutations } = this.oracle.settings;
    const isMutation = operation.operation === "mutation";
    const isRefused = isMutation && !relaxMutations && this.deniedStatically.length > 0;
    if (isMutation && relaxMutations) this.refuseRoots();
    const data = isRefused
      ? null
      : this.object(root, { __typename: root.name, n: 0 }, [operation.selectionSet], []);
    return {
      data: data === BUBBLE ? null : data,
      denied: this.denied,
      deniedStatically: this.deniedStatically,
      hidden: this.hidden,
    };
  }

  /**
   * docs/spec/directive.md docs/spec/directive.md §3.3, relaxed: each root field below which anything is denied does
   * not run; the others do.
   */
  private refuseRoots(): void {
    for (const key of new Set(this.deniedStatically.map((each) => String(each.path[0])))) {
      const codes = this.deniedStatically.filter((each) => each.path[0] === key).map((each) => each.code);
      const worst = PRECEDENCE.find((code) => codes.includes(code));
      if (worst !== undefined) this.refusedRoots.set(key, worst);
    }
  }

  // Collects static denials for each possible type, without using data.
  private walk(
    types: readonly string[],
    sets: readonly SelectionSetNode[],
    path: ResponsePath,
    isReached = true,
  ): void {
    const { oracle, request } = this;
    const isMutation = request.operation.operation === "mutation";
    for (const type of types) {
      for (const [key, nodes] of this.collect(type, sets)) {
        const node = nodes[0];
        if (node === undefined || node.name.value === "__typename") continue;
        const here = [...path, key];
        const [code, ...others] = oracle.fieldCodes(type, node, request.operation, request.variables);
        if (code !== undefined) this.deniedStatically.push({ path: here, code });
        // If a parent's denial is reported separately, a child may report its other unmet requirements.
        if (isMutation) for (const other of others) this.deniedStatically.push({ path: here, code: other });
        const below = nodes.flatMap((each) => each.selectionSet ?? []);
        if (below.length > 0)
          this.walkBelow(this.returned(type, node), below, here, isReached && code === undefined);
      }
    }
  }

  private walkBelow(
    returned: string,
    sets: readonly SelectionSetNode[],
    path: ResponsePath,
    isReached: boolean,
  ): void {
    const isMutation = this.request.operation.operation === "mutation";
    // A refused mutation reports every denied selection, including those below another denied one.
    if (!isReached && !isMutation) return;
    const closed = isMutation ? undefined : this.oracle.closedVerdict(returned);
    if (closed !== undefined) {
      this.deniedStatically.push({ path, code: closed });
      return;
    }
    const allowed: string[] = [];
    for (const possible of this.oracle.possibleTypes(returned)) {
      const code = this.oracle.positionVerdict(possible);
      if (code === undefined) allowed.push(possible);
      else this.deniedStatically.push({ path, code });
    }
    this.walk(allowed, sets, path, isReached);
    if (!isMutation) return;
    const others = this.oracle.possibleTypes(returned).filter((each) => !allowed.includes(each));
    this.walk(others, sets, path, false);
  }

  private returned(type: string, node: FieldNode): string {
    const owner = this.request.schema.getType(type) as GraphQLObjectType;
    const field = owner.getFields()[node.name.value];
    if (field === undefined) throw new Error(`${type} has no field ${node.name.value}`);
    return getNamedType(field.type).name;
  }

  private object(
    type: GraphQLObjectType,
    object: GraphObject,
    sets: readonly SelectionSetNode[],
    path: ResponsePath,
  ): unknown {
    const result: Record<string, unknown> = Object.create(null);
    let isBubbling = false;
    for (const [key, nodes] of this.collect(type.name, sets)) {
      const value = this.field(type, object, nodes, [...path, key]);
      if (value === BUBBLE) isBubbling = true;
      else result[key] = value;
    }
    return isBubbling ? BUBBLE : result;
  }

  private field(
    type: GraphQLObjectType,
    object: GraphObject,
    nodes: readonly FieldNode[],
    path: ResponsePath,
  ): unknown {
    const { oracle, request, data } = this;
    const node = nodes[0];
    if (node === undefined) return null;
    if (node.name.value === "__typename") return type.name;
    const field = type.getFields()[node.name.value];
    if (field === undefined) throw new Error(`${type.name} has no field ${node.name.value}`);
    const refused = path.length === 1 ? this.refusedRoots.get(String(path[0])) : undefined;
    const own = refused ?? oracle.fieldCodes(type.name, node, request.operation, request.variables)[0];
    const isQuery = request.operation.operation === "query";
    const code = own ?? (isQuery ? oracle.closedVerdict(getNamedType(field.type).name) : undefined);
    if (code !== undefined) {
      const coordinate = refused === undefined ? { coordinate: `${type.name}.${field.name}` } : {};
      this.denied.push({ path, code, ...coordinate });
      return isNonNullType(field.type) ? BUBBLE : null;
    }
    const args = getArgumentValues(field, node, this.coerced);
    const owner = oracle.composite(type.name).fields.find((each) => each.name === field.name)?.owner;
    const value = data.field(request.schema, object, field.name, field.type, args, owner);
    return this.complete(field.type, value, nodes, path);
  }

  private complete(
    type: GraphQLOutputType,
    value: unknown,
    nodes: readonly FieldNode[],
    path: ResponsePath,
  ): unknown {
    if (isNonNullType(type)) {
      const inner = this.complete(type.ofType, value, nodes, path);
      return inner === null ? BUBBLE : inner;
    }
    if (value === null || value === undefined) return null;
    if (isListType(type)) {
      const items = (value as unknown[]).map((item, index) =>
        this.complete(type.ofType, item, nodes, [...path, index]),
      );
      return items.includes(BUBBLE) ? null : items;
    }
    if (isLeafType(type)) return value;
    return this.composite(type, value as GraphObject, nodes, path);
  }

  private composite(
    type: GraphQLOutputType,
    object: GraphObject,
    nodes: readonly FieldNode[],
    path: ResponsePath,
  ): unknown {
    const runtime = this.request.schema.getType(object.__typename);
    if (!isCompositeType(type) || !isObjectType(runtime)) throw new Error(`${path}: not an object`);
    if (isAbstractType(type)) {
      const code = this.oracle.positionVerdict(runtime.name);
      if (code !== undefined) {
        // The name of a hidden type is reported at no disclosure level.
        const coordinate = this.oracle.isHidden(runtime.name) ? {} : { coordinate: runtime.name };
        this.denied.push({ path, code, ...coordinate });
        return null;
      }
    }
    if (this.oracle.isHidden(runtime.name)) {
      this.hidden.push(path);
      return null;
    }
    const below = nodes.flatMap((each) => each.selectionSet ?? []);
    const result = this.object(runtime, object, below, path);
    return result === BUBBLE ? null : result;
  }

  private collect(type: string, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const byKey = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    const visit = (set: SelectionSetNode): void => {
      for (const node of set.selections) {
        if (!this.isIncluded(node)) continue;
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          byKey.set(key, [...(byKey.get(key) ?? []), node]);
        } else if (node.kind === Kind.INLINE_FRAGMENT) {
          const condition = node.typeCondition?.name.value;
          if (condition === undefined || this.oracle.matches(type, condition)) visit(node.selectionSet);
        } else {
          const fragment = this.fragments.get(node.name.value);
          if (fragment === undefined || visited.has(fragment.name.value)) continue;
          visited.add(fragment.name.value);
          if (this.oracle.matches(type, fragment.typeCondition.name.value)) visit(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) visit(set);
    return byKey;
  }

  private isIncluded(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, this.coerced)?.["if"] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.coerced)?.["if"] !== false;
  }
}
