import type { Tape } from "./tape.js";

/** One application of `@auth`, in one subgraph. */
export interface Guard {
  readonly subgraph: string;
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
  /** A schema default, as it stands in SDL; filled in, never "provided". */
  readonly defaultText?: string;
}

export interface FieldModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly args: readonly InputModel[];
  readonly guards: Guard[];
  /** Which subgraphs resolve it; more than one means `@shareable`. */
  readonly subgraphs: readonly string[];
  /** Fields of the same type it is computed from, fetched elsewhere first. */
  readonly requires: readonly string[];
}

export type TypeModel =
  | {
      readonly kind: "object" | "interface";
      readonly name: string;
      readonly guards: Guard[];
      readonly interfaces: readonly string[];
      readonly fields: readonly FieldModel[];
      /** Carries `@key(fields: "id")` and can be referred to from every subgraph. */
      readonly entity: boolean;
      readonly subgraphs: readonly string[];
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

/** A whole federated graph: what the oracle reads, and what the SDL of every subgraph is printed from. */
export interface GraphModel {
  readonly subgraphs: readonly string[];
  readonly types: ReadonlyMap<string, TypeModel>;
}

export const SCOPES = ["a", "b", "c"] as const;

const LEAVES = ["String", "Int", "Boolean", "Color", "Secret"] as const;

/** Generates one graph. Everything that can carry a guard sometimes does. */
export const randomGraph = (tape: Tape): GraphModel => new GraphGenerator(tape).generate();

class GraphGenerator {
  private readonly types = new Map<string, TypeModel>();
  private readonly subgraphs: readonly string[];

  constructor(private readonly tape: Tape) {
    this.subgraphs = ["alpha", "beta", "gamma"].slice(0, 1 + tape.int(3));
  }

  generate(): GraphModel {
    const { tape, subgraphs } = this;
    for (const name of ["Color", "Secret"] as const) {
      const kind = name === "Color" ? "enum" : "scalar";
      this.types.set(name, { kind, name, guards: this.guards(8), subgraphs });
    }
    this.inputs();
    const families = 1 + tape.int(2);
    for (let family = 0; family < families; family += 1) this.family(family);
    this.valueType();
    this.unions();
    this.connect();
    this.root("Query", 2 + tape.int(4));
    if (tape.chance(50)) this.root("Mutation", 1 + tape.int(3));
    return { subgraphs, types: this.types };
  }

  private guards(percent: number, among: readonly string[] = this.subgraphs): Guard[] {
    const guards: Guard[] = [];
    while (guards.length < 2 && this.tape.chance(percent)) guards.push(this.guard(this.tape.pick(among)));
    return guards;
  }

  private guard(subgraph: string): Guard {
    const { tape } = this;
    switch (tape.int(6)) {
      case 0:
        return { subgraph };
      case 1:
        return { subgraph, scopes: [tape.pick(SCOPES)] };
      case 2:
        return { subgraph, scopes: [tape.pick(SCOPES), tape.pick(SCOPES)] };
      case 3:
        return { subgraph, anyOf: [[tape.pick(SCOPES)], [tape.pick(SCOPES), tape.pick(SCOPES)]] };
      case 4:
        return { subgraph, fresh: true };
      default:
        return { subgraph, maxAge: tape.pick([60, 600]), scopes: tape.some(SCOPES, 20) };
    }
  }

  private wrap(): ("!" | "[]")[] {
    const { tape } = this;
    const wrap: ("!" | "[]")[] = [];
    if (tape.chance(25)) wrap.push("!");
    if (!tape.chance(35)) return wrap;
    wrap.push("[]");
    if (tape.chance(25)) wrap.push("!");
    if (!tape.chance(15)) return wrap;
    return [...wrap, "[]"];
  }

  private inputs(): void {
    const { tape, subgraphs } = this;
    const leaf = (): TypeRef => ({ name: tape.pick(LEAVES), wrap: [] });
    const field = (name: string, type: TypeRef): InputModel => ({ name, type, guards: this.guards(15) });
    this.types.set("Inner", {
      kind: "input",
      name: "Inner",
      guards: this.guards(8),
      fields: [field("x", leaf()), field("y", leaf())],
      subgraphs,
    });
    this.types.set("Outer", {
      kind: "input",
      name: "Outer",
      guards: this.guards(8),
      fields: [
        field("p", leaf()),
        field("inner", { name: "Inner", wrap: [] }),
        field("inners", { name: "Inner", wrap: ["!", "[]"] }),
        // Schema coercion fills this in; nobody provided it.
        { ...field("q", { name: "Int", wrap: [] }), defaultText: "7" },
      ],
      subgraphs,
    });
  }

  private args(subgraphs: readonly string[]): InputModel[] {
    const { tape } = this;
    if (!tape.chance(30)) return [];
    return ["one", "two"].slice(0, 1 + tape.int(2)).map((name) => {
      const type: TypeRef = tape.chance(45)
        ? { name: tape.pick(["Outer", "Inner"]), wrap: tape.chance(30) ? ["[]"] : [] }
        : { name: tape.pick(LEAVES), wrap: [] };
      const hasDefault = type.name === "Int" && tape.chance(50);
      return { name, type, guards: this.guards(20, subgraphs), ...(hasDefault ? { defaultText: "3" } : {}) };
    });
  }

  private leafField(name: string, subgraphs: readonly string[]): FieldModel {
    const type: TypeRef = { name: this.tape.pick(LEAVES), wrap: this.wrap() };
    const guards = this.guards(18, subgraphs);
    return { name, type, args: this.args(subgraphs), guards, subgraphs, requires: [] };
  }

  /** One or two interfaces with their implementations, all at home in one subgraph. */
  private family(index: number): void {
    const { tape } = this;
    const home = tape.pick(this.subgraphs);
    const entity = tape.chance(60);
    // Entities carry stubs everywhere, so the interface may be returned by any subgraph.
    const subgraphs = entity ? this.subgraphs : [home];
    const idField = this.idField(subgraphs);
    const prefix = ["P", "R"][index] ?? "P";
    const shared = [this.leafField("name", [home]), this.leafField("note", [home])];
    const names = [`${prefix}Node`, `${prefix}Extra`];
    const interfaces = names.slice(0, 1 + tape.int(2)).map(
      (name, at): CompositeModel => ({
        kind: "interface",
        name,
        guards: this.guards(12, [home]),
        interfaces: [],
        fields: [
          ...(at === 0 ? [{ ...idField, guards: [] }] : []),
          ...shared.slice(at).map((field) => ({
            ...field,
            args: field.args.map((each) => ({ ...each, guards: this.guards(8, [home]) })),
            guards: this.guards(10, [home]),
          })),
        ],
        entity: false,
        subgraphs: at === 0 ? subgraphs : [home],
      }),
    );
    for (const each of interfaces) this.types.set(each.name, each);
    const count = 1 + tape.int(3);
    for (let at = 0; at < count; at += 1) {
      const own = [this.leafField("own", [home]), this.leafField(`only${at}`, [home])];
      const name = `${prefix}${["One", "Two", "Three"][at] ?? "One"}`;
      this.types.set(name, {
        kind: "object",
        name,
        guards: this.guards(18, subgraphs),
        // Every implementation has the first interface; the second one the first of them and some more.
        interfaces: interfaces
          .filter((_, which) => which === 0 || at === 0 || tape.chance(60))
          .map((each) => each.name),
        fields: [
          { ...idField, guards: this.guards(5, subgraphs) },
          ...shared.map((field) => ({
            ...field,
            args: field.args.map((each) => ({ ...each, guards: this.guards(15, [home]) })),
            guards: this.guards(15, [home]),
          })),
          ...own,
          ...(entity ? this.elsewhere(home, own) : []),
        ],
        entity,
        subgraphs,
      });
    }
  }

  private idField(subgraphs: readonly string[]): FieldModel {
    return { name: "id", type: { name: "ID", wrap: ["!"] }, args: [], guards: [], subgraphs, requires: [] };
  }

  /** Fields another subgraph adds to an entity, some computed from what its home knows. */
  private elsewhere(home: string, own: readonly FieldModel[]): FieldModel[] {
    const { tape } = this;
    const others = this.subgraphs.filter((each) => each !== home);
    if (others.length === 0) return [];
    const where = tape.pick(others);
    const fields = [this.leafField("far", [where])];
    const source = own.find((field) => field.args.length === 0);
    if (source !== undefined && tape.chance(50)) {
      fields.push({ ...this.leafField("derived", [where]), requires: [source.name] });
      if (tape.chance(30)) fields.push({ ...this.leafField("twice", [home]), requires: ["far"] });
    }
    const withoutArgs = fields.find((field) => field.name === "far")?.args.length === 0;
    return withoutArgs ? fields : fields.filter((field) => field.name !== "twice");
  }

  /** A value type every subgraph declares alike; one of them may guard it. */
  private valueType(): void {
    const { subgraphs } = this;
    this.types.set("Value", {
      kind: "object",
      name: "Value",
      guards: this.guards(15),
      interfaces: [],
      fields: [this.leafField("v", subgraphs), this.leafField("w", subgraphs)].map((field) => ({
        ...field,
        args: [],
      })),
      entity: false,
      subgraphs,
    });
  }

  private unions(): void {
    const objects = this.objects();
    for (const subgraph of this.subgraphs) {
      if (!this.tape.chance(60)) continue;
      const here = objects.filter((type) => type.subgraphs.includes(subgraph)).map((type) => type.name);
      const members = here.filter((_, at) => at === 0 || this.tape.chance(60));
      const name = `Any_${subgraph}`;
      const guards = this.guards(12, [subgraph]);
      this.types.set(name, { kind: "union", name, guards, members, subgraphs: [subgraph] });
    }
  }

  private objects(): CompositeModel[] {
    return [...this.types.values()].filter((type): type is CompositeModel => type.kind === "object");
  }

  /** What a field of this subgraph may return. */
  private composites(subgraph: string): string[] {
    return [...this.types.values()]
      .filter((type) => type.kind === "object" || type.kind === "interface" || type.kind === "union")
      .filter((type) => type.name !== "Query" && type.name !== "Mutation")
      .filter((type) => type.subgraphs.includes(subgraph))
      .map((type) => type.name);
  }

  private linkField(name: string, subgraph: string): FieldModel {
    const type: TypeRef = { name: this.tape.pick(this.composites(subgraph)), wrap: this.wrap() };
    const guards = this.guards(14, [subgraph]);
    return { name, type, args: this.args([subgraph]), guards, subgraphs: [subgraph], requires: [] };
  }

  /** Gives objects of each family fields that lead on to other objects. */
  private connect(): void {
    for (const type of this.objects()) {
      if (type.name === "Value") continue;
      const home = type.fields.find((field) => field.name === "own")?.subgraphs[0];
      const links = home === undefined ? [] : ["link", "other"].slice(0, this.tape.int(3));
      const where = (): string => (type.entity ? this.tape.pick(this.subgraphs) : (home ?? ""));
      const fields = [...type.fields, ...links.map((name) => this.linkField(name, where()))];
      this.types.set(type.name, { ...type, fields });
    }
  }

  private root(name: "Query" | "Mutation", count: number): void {
    const { tape } = this;
    const verbs = name === "Query" ? "get" : "do";
    const fields = Array.from({ length: count }, (_, at) => {
      const subgraph = tape.pick(this.subgraphs);
      return tape.chance(25)
        ? this.leafField(`${verbs}${at}`, [subgraph])
        : this.linkField(`${verbs}${at}`, subgraph);
    });
    // Every subgraph has a root field, as composition wants it.
    const bare = this.subgraphs.map((subgraph) => ({
      ...this.leafField(`${verbs}_${subgraph}`, [subgraph]),
      args: [],
    }));
    this.types.set(name, {
      kind: "object",
      name,
      guards: this.guards(4),
      interfaces: [],
      fields: [...fields, ...bare],
      entity: false,
      subgraphs: this.subgraphs,
    });
  }
}
