import { type Family, FamilyGenerator } from "./random-family.js";
import type {
  CompositeModel,
  FieldModel,
  GraphModel,
  InputModel,
  TypeModel,
  TypeRef,
} from "./random-graph.js";
import { LEAVES } from "./random-graph.js";
import { dressGraph } from "./random-graph-dress.js";
import { GuardedParts } from "./random-parts.js";
import type { Tape } from "./tape.js";

/** Generates one graph. Everything that can carry a guard sometimes does. */
export const randomGraph = (tape: Tape): GraphModel => dressGraph(new GraphGenerator(tape).generate(), tape);

class GraphGenerator {
  private readonly types = new Map<string, TypeModel>();
  private readonly subgraphs: readonly string[];
  private readonly parts: GuardedParts;
  private readonly families: Family[] = [];

  constructor(private readonly tape: Tape) {
    this.subgraphs = ["alpha", "beta", "gamma"].slice(0, 1 + tape.int(3));
    this.parts = new GuardedParts(tape, this.subgraphs);
  }

  generate(): GraphModel {
    const { tape, subgraphs, parts } = this;
    for (const name of ["Color", "Secret"] as const) {
      const kind = name === "Color" ? "enum" : "scalar";
      this.types.set(name, { kind, name, guards: parts.guards(8), subgraphs });
    }
    this.inputs();
    const generator = new FamilyGenerator(tape, subgraphs, parts);
    for (const prefix of ["P", "R"].slice(0, 1 + tape.int(2))) {
      const family = generator.family(prefix);
      this.families.push(family);
      for (const type of family.types) this.types.set(type.name, type);
    }
    this.valueType();
    this.unions();
    this.connect();
    this.root("Query", 2 + tape.int(4));
    if (tape.chance(50)) this.root("Mutation", 1 + tape.int(3));
    return { subgraphs, types: this.types };
  }

  private inputs(): void {
    const { tape, subgraphs, parts } = this;
    const leaf = (): TypeRef => ({ name: tape.pick(LEAVES), wrap: [] });
    const field = (name: string, type: TypeRef): InputModel => ({ name, type, guards: parts.guards(15) });
    this.types.set("Inner", {
      kind: "input",
      name: "Inner",
      guards: parts.guards(8),
      fields: [field("x", leaf()), field("y", leaf())],
      subgraphs,
    });
    this.types.set("Outer", {
      kind: "input",
      name: "Outer",
      guards: parts.guards(8),
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

  /** A value type every subgraph declares alike; one of them may guard it. */
  private valueType(): void {
    const { subgraphs, parts } = this;
    this.types.set("Value", {
      kind: "object",
      name: "Value",
      guards: parts.guards(15),
      interfaces: [],
      fields: ["v", "w"].map((name) => ({ ...parts.leafField(name, subgraphs), args: [] })),
      keys: new Map(),
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
      const guards = this.parts.guards(12, [subgraph]);
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
    const { tape, parts } = this;
    const type: TypeRef = { name: tape.pick(this.composites(subgraph)), wrap: parts.wrap() };
    const guards = parts.guards(14, [subgraph]);
    const link = { name, type, args: parts.args([subgraph]), guards, subgraphs: [subgraph], requires: [] };
    return this.canProvide(type.name, subgraph) && tape.chance(40) ? { ...link, provides: "own" } : link;
  }

  /** `@provides` names a field that the subgraph does not resolve itself, on an entity that it declares. */
  private canProvide(name: string, subgraph: string): boolean {
    const type = this.types.get(name);
    if (type?.kind !== "object" || !type.keys.has(subgraph)) return false;
    const own = type.fields.find((field) => field.name === "own");
    return own !== undefined && own.args.length === 0 && !own.subgraphs.includes(subgraph);
  }

  /** Gives objects of each family, and interface objects, fields that lead on to other objects. */
  private connect(): void {
    for (const { home, types } of this.families) {
      for (const { name } of types) {
        const type = this.types.get(name);
        if (type?.kind !== "object") continue;
        const links = ["link", "other"].slice(0, this.tape.int(3));
        const where = (): string => (type.keys.size > 0 ? this.tape.pick(type.subgraphs) : home);
        const fields = [...type.fields, ...links.map((link) => this.linkField(link, where()))];
        this.types.set(name, { ...type, fields });
      }
    }
  }

  private root(name: "Query" | "Mutation", count: number): void {
    const { tape, parts } = this;
    const verb = name === "Query" ? "get" : "do";
    const fields = Array.from({ length: count }, (_, at) => {
      const subgraph = tape.pick(this.subgraphs);
      return tape.chance(25)
        ? parts.leafField(`${verb}${at}`, [subgraph])
        : this.linkField(`${verb}${at}`, subgraph);
    });
    // Every subgraph has a root field, as composition wants it.
    const bare = this.subgraphs.map((subgraph) => ({
      ...parts.leafField(`${verb}_${subgraph}`, [subgraph]),
      args: [],
    }));
    const isShared = name === "Query" && this.subgraphs.length > 1 && tape.chance(40);
    const shared = isShared ? [parts.leafField("get_shared", this.subgraphs.slice(0, 2))] : [];
    this.types.set(name, {
      kind: "object",
      name,
      guards: parts.guards(4),
      interfaces: [],
      fields: [...fields, ...bare, ...shared],
      keys: new Map(),
      subgraphs: this.subgraphs,
    });
  }
}
