/** The rows a subgraph of its own knows; nothing is shared between subgraphs. */
export type Row = Readonly<Record<string, unknown>>;

// Method syntax, so that a resolver may name the shape of the rows and arguments it reads.
interface Resolving {
  resolve(source: Row, args: Row): unknown;
}

/** Resolvers by type and field, as `@apollo/subgraph` takes them; `__resolveReference` finds an entity. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolving["resolve"]>>>>;

export interface AuditSubgraph {
  /** Complete: federation 2 writes its `@link` (see {@link FEDERATION}), federation 1 has none. */
  readonly sdl: string;
  readonly resolvers: Resolvers;
}

export interface AuditCase {
  readonly query: string;
  readonly variables?: Row;
  readonly data: unknown;
  /** Paths of the errors, in the answer's order. Default: none. */
  readonly errors?: readonly string[];
  /** How many requests subgraphs may see at most, where the plan is the point. */
  readonly requests?: number;
}

/** A small supergraph that asks one question of a gateway. */
export interface AuditSuite {
  readonly name: string;
  /** What goes wrong in a gateway that fails it. */
  readonly about: string;
  readonly subgraphs: Readonly<Record<string, AuditSubgraph>>;
  readonly cases: readonly AuditCase[];
}

export const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@extends"])
`;

/** The entity whose fields of this name are equal; what was sent with the representation stays readable. */
export const entity =
  (rows: readonly Row[], ...keys: readonly string[]) =>
  (reference: Row): Row | null => {
    const found = rows.find((row) => keys.some((key) => key in reference && row[key] === reference[key]));
    return found === undefined ? null : { ...reference, ...found };
  };
