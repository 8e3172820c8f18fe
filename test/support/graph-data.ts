import {
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";

/** One object of the generated world: the n-th of its type. Every subgraph computes the same facts about it. */
export interface GraphObject {
  readonly __typename: string;
  readonly n: number;
  /** The id it was looked up by: an `@interfaceObject` does not know its own concrete type. */
  readonly id?: string;
}

export interface GraphDataOptions {
  /** Shifts which possible type an abstract position takes first. */
  readonly rotation: number;
  /** Sprinkles nulls and empty lists over nullable positions. Off: everything is there. */
  readonly gaps: boolean;
  /** Interfaces that a subgraph declares as an object (`@interfaceObject`) → their object types, sorted. */
  readonly interfaceObjects?: ReadonlyMap<string, readonly string[]>;
}

/** How many objects of each type exist; small, so that paths meet again. */
const POPULATION = 5;

/** FNV-1a, 32 bits: stable across processes, so that subgraphs and oracle agree on every value. */
export const hash = (text: string): number => {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    state ^= text.charCodeAt(at);
    state = Math.imul(state, 0x01000193) >>> 0;
  }
  return state;
};

const argumentText = (args: Readonly<Record<string, unknown>>): string => {
  const names = Object.keys(args).sort();
  return names.length === 0 ? "" : `(${JSON.stringify(names.map((name) => [name, args[name]]))})`;
};

/** The object a key value names, however the key is spelt: `Type:3`, `Type.field#3` or `3412`. */
export const numberOfKey = (value: unknown): number | undefined => {
  if (typeof value === "number") return Math.floor(value / 1000);
  if (typeof value !== "string") return undefined;
  const found = /[:#](\d+)/.exec(value)?.[1];
  return found === undefined ? undefined : Number(found);
};

/**
 * Data for any schema, as a pure function of names. Scalar values contain their own coordinate, so a leaked one can
 * be recognised everywhere.
 */
export class GraphData {
  constructor(private readonly options: GraphDataOptions) {}

  /**
   * The value of one field. `owner` is the type whose name is part of the value: the runtime type, except for fields
   * that an `@interfaceObject` adds, where it is the interface.
   */
  field(
    schema: GraphQLSchema,
    object: GraphObject,
    fieldName: string,
    type: GraphQLOutputType,
    args: Readonly<Record<string, unknown>>,
    owner: string = object.__typename,
  ): unknown {
    if (fieldName === "id") return object.id ?? `${object.__typename}:${object.n}`;
    const coordinate = `${owner}.${fieldName}${argumentText(args)}`;
    return this.value(schema, coordinate, object.n, type, [], true);
  }

  private value(
    schema: GraphQLSchema,
    coordinate: string,
    n: number,
    type: GraphQLOutputType,
    at: readonly number[],
    nullable: boolean,
  ): unknown {
    if (isNonNullType(type)) return this.value(schema, coordinate, n, type.ofType, at, false);
    const dice = hash(`${coordinate}#${n}/${at.join("/")}`);
    if (nullable && this.options.gaps && dice % 9 === 0) return null;
    if (isListType(type)) {
      const length = this.options.gaps ? dice % 4 : 2;
      return Array.from({ length }, (_, index) =>
        this.value(schema, coordinate, n, type.ofType, [...at, index], true),
      );
    }
    const index = at.reduce((sum, step) => sum * 3 + step, 0);
    if (isEnumType(type)) {
      const values = type.getValues();
      return values[(hash(coordinate) + n + index) % values.length]?.name;
    }
    if (isLeafType(type)) return scalar(type.name, coordinate, n, index);
    const child = (hash(coordinate) + n * 2 + index) % POPULATION;
    const behind = this.options.interfaceObjects?.get(type.name);
    if (!isAbstractType(type) && behind === undefined) {
      return { __typename: type.name, n: child } satisfies GraphObject;
    }
    const possible = isAbstractType(type)
      ? schema
          .getPossibleTypes(type)
          .map((each) => each.name)
          .sort()
      : (behind ?? []);
    const runtime = possible[(this.options.rotation + index + n) % possible.length];
    if (runtime === undefined) return null;
    if (isAbstractType(type)) return { __typename: runtime, n: child } satisfies GraphObject;
    // The subgraph has the key and the interface, but not the type. The key contains its name.
    return { __typename: type.name, n: child, id: `${runtime}:${child}` } satisfies GraphObject;
  }
}

const scalar = (name: string, coordinate: string, n: number, index: number): unknown => {
  switch (name) {
    case "Int":
      return n * 1000 + ((hash(coordinate) + index) % 1000);
    case "Float":
      return n * 1000 + ((hash(coordinate) + index) % 1000) + 0.5;
    case "Boolean":
      return (hash(coordinate) + n + index) % 2 === 0;
    default:
      return `${coordinate}#${n}${index === 0 ? "" : `.${index}`}`;
  }
};
