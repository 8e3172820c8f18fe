/** One application of a guard, in one subgraph. */
export interface Guard {
  readonly subgraph: string;
  /** Spelt as one of Apollo's directives instead of `@auth`; its `scopes` are in `anyOf`. */
  readonly apollo?: "authenticated" | "requiresScopes" | "policy";
  /** Of `@policy` alone: names of policy functions, OR of ANDs. */
  readonly policies?: readonly (readonly string[])[];
  readonly scopes?: readonly string[];
  readonly anyOf?: readonly (readonly string[])[];
  readonly fresh?: true;
  readonly maxAge?: number;
}

/** A type reference, e.g. `[[T!]]!`, as the modifiers around a name from the inside out. */
export interface TypeRef {
  readonly name: string;
  /** `!` non-null, `[]` list. */
  readonly wrap: readonly ("!" | "[]")[];
}

export interface InputModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly guards: Guard[];
  /** A schema default, as SDL text; filled in, never "provided". */
  readonly defaultText?: string;
}

export interface FieldModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly args: readonly InputModel[];
  readonly guards: Guard[];
  /** Which subgraphs declare it. */
  readonly subgraphs: readonly string[];
  /** What it is computed from, fetched elsewhere first: `own`, or `value.v` through a value type. */
  readonly requires: readonly string[];
  /** Field of the returned entity that this subgraph hands along, as `@provides` has it. */
  readonly provides?: string;
  /** The subgraph it was taken from with `@override`; that subgraph still declares it. */
  readonly overrides?: string;
  /** The `@interfaceObject` that adds it: that subgraph declares no concrete type. */
  readonly owner?: string;
}

export type TypeModel =
  | {
      readonly kind: "object" | "interface";
      readonly name: string;
      readonly guards: Guard[];
      readonly interfaces: readonly string[];
      readonly fields: readonly FieldModel[];
      /** Subgraph → key fields there; empty for what is no entity. */
      readonly keys: ReadonlyMap<string, readonly string[]>;
      readonly subgraphs: readonly string[];
      /** The subgraph that declares this interface as `type … @interfaceObject`. */
      readonly interfaceObjectIn?: string;
    }
  | {
      readonly kind: "union";
      readonly name: string;
      readonly guards: Guard[];
      readonly members: readonly string[];
      readonly subgraphs: readonly string[];
    }
  | {
      readonly kind: "enum" | "scalar";
      readonly name: string;
      readonly guards: Guard[];
      readonly subgraphs: readonly string[];
    }
  | {
      readonly kind: "input";
      readonly name: string;
      readonly guards: Guard[];
      readonly fields: readonly InputModel[];
      readonly subgraphs: readonly string[];
    };

export type CompositeModel = Extract<TypeModel, { kind: "object" | "interface" }>;

/** How the gateway in front of a graph is set. */
export interface GraphSettings {
  readonly disclosure: "codes" | "none" | "full";
  readonly relaxMutations: boolean;
  readonly policyMode: "cardea" | "apollo";
}

/** A whole federated graph: what the oracle reads, and what the SDL of every subgraph is printed from. */
export interface GraphModel {
  readonly subgraphs: readonly string[];
  readonly types: ReadonlyMap<string, TypeModel>;
  /** Coordinates that are `@inaccessible`: clients do not know them, subgraphs and guards do. */
  readonly hidden?: ReadonlySet<string>;
  /** Types written in two pieces; the second, an `extend`, carries the guards. */
  readonly extended?: ReadonlySet<string>;
  readonly settings?: GraphSettings;
}

export const DEFAULT_SETTINGS: GraphSettings = {
  disclosure: "codes",
  relaxMutations: false,
  policyMode: "cardea",
};

export const SCOPES = ["a", "b", "c"] as const;

/** Leaf types fields, arguments and input fields have. */
export const LEAVES = ["String", "Int", "Boolean", "Color", "Secret"] as const;

/** Interfaces that a subgraph declares as an object, with their possible types. */
export const interfaceObjects = (model: GraphModel): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...model.types.values()]
      .filter((type) => type.kind === "interface" && type.interfaceObjectIn !== undefined)
      .map(({ name }) => [
        name,
        [...model.types.values()]
          .filter((type) => type.kind === "object" && type.interfaces.includes(name))
          .map((type) => type.name)
          .sort(),
      ]),
  );
