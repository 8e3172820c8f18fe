/** What the page asks the schema worker, and what the worker answers. Everything here can be copied between threads. */
export interface SchemaRequests {
  /** Reads the schema as the caller may see it, and replaces the one before. */
  load: { readonly input: LoadInput; readonly output: LoadOutcome };
  diagnose: { readonly input: { readonly text: string }; readonly output: readonly Diagnosis[] };
  complete: {
    readonly input: { readonly text: string; readonly offset: number };
    readonly output: readonly Suggestion[];
  };
  hover: {
    readonly input: { readonly text: string; readonly offset: number };
    readonly output: HoverText | undefined;
  };
  checkVariables: {
    readonly input: {
      readonly text: string;
      readonly operationName: string | undefined;
      readonly variables: Readonly<Record<string, unknown>>;
    };
    readonly output: readonly VariableProblem[];
  };
  search: { readonly input: { readonly words: string }; readonly output: SearchOutcome };
  describe: { readonly input: { readonly type: string }; readonly output: TypeDescription | undefined };
}

export type SchemaVerb = keyof SchemaRequests;

export interface SchemaCall<Verb extends SchemaVerb = SchemaVerb> {
  readonly id: number;
  readonly verb: Verb;
  readonly input: SchemaRequests[Verb]["input"];
}

export type SchemaReply =
  | { readonly id: number; readonly kind: "done"; readonly output: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly message: string };

export interface LoadInput {
  readonly graphqlUrl: string;
  /** Who asks. The worker forgets it with the request. */
  readonly accessToken: string | undefined;
  /** Of the access map; `undefined` where the gateway does not offer it. */
  readonly accessUrl: string | undefined;
}

export type LoadOutcome =
  | {
      readonly kind: "loaded";
      readonly types: number;
      /** Are the demands of guarded coordinates known? */
      readonly hasAccess: boolean;
    }
  | { readonly kind: "refused"; readonly message: string };

/** A place in the text, as offsets, and what is wrong there. */
export interface Diagnosis {
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface Suggestion {
  readonly label: string;
  readonly kind: "field" | "argument" | "type" | "value" | "variable" | "directive" | "keyword";
  /** The type, or what else stands beside the label. */
  readonly detail: string;
  readonly info: string;
}

export interface HoverText {
  readonly from: number;
  readonly to: number;
  /** `Query.me: User`. */
  readonly signature: string;
  readonly description: string;
  readonly deprecated: string | undefined;
  readonly demand: Demand | undefined;
}

export interface VariableProblem {
  /** Without `$`. */
  readonly variable: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface SearchOutcome {
  /** All that match, of which `hits` are the best. */
  readonly total: number;
  readonly hits: readonly SearchHit[];
}

export interface SearchHit {
  /** `User` or `User.email`. */
  readonly coordinate: string;
  readonly kind: string;
  readonly isGuarded: boolean;
}

/** What a coordinate asks of a caller, from the access map. */
export interface Demand {
  readonly text: string;
  readonly authenticated: boolean;
  readonly maxAgeSeconds: number | null;
  /** False: nobody is let in, since a guard may have been lost. */
  readonly verified: boolean;
  readonly scopes: readonly (readonly string[])[];
  readonly policies: readonly (readonly string[])[];
  /** Who wrote the guard. */
  readonly askedBy: readonly {
    readonly source: string;
    readonly coordinate: string;
    readonly line: number;
  }[];
}

export interface TypeDescription {
  readonly name: string;
  readonly kind: "object" | "interface" | "union" | "enum" | "scalar" | "input";
  readonly root: "query" | "mutation" | "subscription" | undefined;
  readonly description: string;
  readonly demand: Demand | undefined;
  readonly interfaces: readonly string[];
  /** Members of a union, or implementations of an interface. */
  readonly possibleTypes: readonly string[];
  readonly members: readonly MemberDescription[];
  /** Fields and arguments that have this type, as coordinates; at most a few. */
  readonly usedBy: readonly string[];
}

export interface MemberDescription {
  readonly name: string;
  readonly kind: "field" | "inputField" | "enumValue";
  /** As in SDL; empty for enum values. */
  readonly type: string;
  /** The type without list and non-null. */
  readonly namedType: string;
  /** Has the type no fields to select? */
  readonly isLeaf: boolean;
  readonly description: string;
  readonly deprecated: string | undefined;
  readonly defaultValue: string | undefined;
  readonly demand: Demand | undefined;
  readonly arguments: readonly ArgumentDescription[];
}

export interface ArgumentDescription {
  readonly name: string;
  readonly type: string;
  readonly namedType: string;
  readonly description: string;
  readonly deprecated: string | undefined;
  readonly defaultValue: string | undefined;
  readonly demand: Demand | undefined;
}
