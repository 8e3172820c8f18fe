import type { CompositeModel, FieldModel } from "./random-graph.js";
import type { GuardedParts } from "./random-parts.js";
import type { Tape } from "./tape.js";

/** One or two interfaces with their implementations. */
export interface Family {
  /** The subgraph with most of its fields. */
  readonly home: string;
  readonly types: readonly CompositeModel[];
}

/**
 * How a family is spread over subgraphs:
 * `local` lives at home; `entities` have stubs everywhere; `sku` are entities known elsewhere by a second key
 * only; `interfaceObject` has a subgraph that adds fields to the interface without knowing its types.
 */
type Spread = "local" | "entities" | "sku" | "interfaceObject";

interface Layout {
  readonly prefix: string;
  readonly home: string;
  readonly spread: Spread;
  readonly others: readonly string[];
  /** The subgraph a `sku` or `interfaceObject` family has beside its home. */
  readonly guest: string;
  readonly objectSubgraphs: readonly string[];
  readonly idSubgraphs: readonly string[];
}

const NO_KEYS: ReadonlyMap<string, readonly string[]> = new Map();

export class FamilyGenerator {
  constructor(
    private readonly tape: Tape,
    private readonly subgraphs: readonly string[],
    private readonly parts: GuardedParts,
  ) {}

  family(prefix: string): Family {
    const { tape, parts } = this;
    const layout = this.layout(prefix);
    const { home, spread } = layout;
    const shared = ["name", "note"].map((name) => parts.leafField(name, [home]));
    const added = spread === "interfaceObject" ? this.addedFields(layout) : [];
    const interfaces = this.interfaces(layout, shared, added);
    const objects: CompositeModel[] = [];
    const count = 1 + tape.int(3);
    for (let at = 0; at < count; at += 1) objects.push(this.object(layout, at, interfaces, shared, added));
    return { home, types: [...interfaces, ...objects] };
  }

  private layout(prefix: string): Layout {
    const { tape } = this;
    const home = tape.pick(this.subgraphs);
    const others = this.subgraphs.filter((each) => each !== home);
    const wanted = tape.pick(["local", "entities", "entities", "sku", "interfaceObject"] as const);
    const spread: Spread = others.length === 0 && wanted !== "local" ? "entities" : wanted;
    const guest = others.length === 0 ? home : tape.pick(others);
    const homeOnly = spread === "local" || spread === "interfaceObject";
    return {
      prefix,
      home,
      spread,
      others,
      guest,
      objectSubgraphs: homeOnly ? [home] : this.subgraphs,
      idSubgraphs:
        spread === "sku"
          ? this.subgraphs.filter((each) => each !== guest)
          : homeOnly
            ? [home]
            : this.subgraphs,
    };
  }

  private idField(subgraphs: readonly string[]): FieldModel {
    return { name: "id", type: { name: "ID", wrap: ["!"] }, args: [], guards: [], subgraphs, requires: [] };
  }

  private skuField(subgraphs: readonly string[]): FieldModel {
    const type = { name: "String", wrap: ["!"] as const };
    return { name: "sku", type, args: [], guards: this.parts.guards(15, subgraphs), subgraphs, requires: [] };
  }

  /** The fields that the guest adds to the interface, for objects of every type. */
  private addedFields({ prefix, guest }: Layout): FieldModel[] {
    const owner = `${prefix}Node`;
    return ["extra", "spare"]
      .slice(0, 1 + this.tape.int(2))
      .map((name) => ({ ...this.parts.leafField(name, [guest]), owner }));
  }

  private interfaces(
    layout: Layout,
    shared: readonly FieldModel[],
    added: readonly FieldModel[],
  ): CompositeModel[] {
    const { tape, parts } = this;
    const { prefix, home, spread, guest, idSubgraphs } = layout;
    const again = (field: FieldModel): FieldModel => parts.guardedAnew(field, [home], 10);
    const first: CompositeModel = {
      kind: "interface",
      name: `${prefix}Node`,
      guards: parts.guards(12, spread === "interfaceObject" ? [home, guest] : [home]),
      interfaces: [],
      fields: [
        this.idField(spread === "interfaceObject" ? [home, guest] : idSubgraphs),
        ...shared.map(again),
        ...added,
      ],
      keys: spread === "interfaceObject" ? keysOf([home, guest], ["id"]) : NO_KEYS,
      subgraphs: spread === "interfaceObject" ? [home, guest] : idSubgraphs,
      ...(spread === "interfaceObject" ? { interfaceObjectIn: guest } : {}),
    };
    if (!tape.chance(50)) return [first];
    // A sub-interface has everything the first one has; a sibling has one field of it.
    const isSub = spread !== "interfaceObject" && tape.chance(40);
    const second: CompositeModel = {
      kind: "interface",
      name: `${prefix}Extra`,
      guards: parts.guards(12, [home]),
      interfaces: isSub ? [first.name] : [],
      fields: isSub ? [this.idField([home]), ...shared.map(again)] : shared.slice(1).map(again),
      keys: NO_KEYS,
      subgraphs: [home],
    };
    return [first, second];
  }

  private object(
    layout: Layout,
    at: number,
    interfaces: readonly CompositeModel[],
    shared: readonly FieldModel[],
    added: readonly FieldModel[],
  ): CompositeModel {
    const { tape, parts } = this;
    const { prefix, home, spread, guest, objectSubgraphs, idSubgraphs } = layout;
    const own = ["own", `only${at}`].map((name) => parts.leafField(name, [home]));
    const value: FieldModel = {
      ...parts.leafField("value", [home]),
      type: { name: "Value", wrap: tape.chance(20) ? ["[]"] : [] },
      args: [],
    };
    const keys =
      spread === "local"
        ? NO_KEYS
        : spread === "sku"
          ? new Map([...keysOf(idSubgraphs, ["id"]), [home, ["id", "sku"]], [guest, ["sku"]]])
          : keysOf(objectSubgraphs, ["id"]);
    const spreads = spread === "entities" || spread === "sku";
    return {
      kind: "object",
      name: `${prefix}${["One", "Two", "Three"][at] ?? "One"}`,
      guards: parts.guards(18, objectSubgraphs),
      // Every implementation has the first interface; the second one the first of them and some more.
      interfaces: interfaces
        .filter((_, which) => which === 0 || at === 0 || tape.chance(60))
        .map((each) => each.name),
      fields: [
        { ...this.idField(idSubgraphs), guards: parts.guards(5, idSubgraphs) },
        ...(spread === "sku" ? [this.skuField([home, guest])] : []),
        ...shared.map((field) => parts.guardedAnew(field, [home], 15)),
        ...own,
        value,
        ...(spreads ? this.elsewhere(layout, own) : []),
        // Declared by the interface object alone; the object inherits the field with its guards.
        ...added.map((field) => ({ ...field, args: field.args.map(bare), guards: [] })),
      ],
      keys,
      subgraphs: objectSubgraphs,
    };
  }

  /** Fields that another subgraph adds to an entity: shared, moved there, or computed from fields of its home. */
  private elsewhere({ home, others }: Layout, own: readonly FieldModel[]): FieldModel[] {
    const { tape, parts } = this;
    if (others.length === 0) return [];
    const where = tape.pick(others);
    const far = parts.leafField("far", [where]);
    const fields = [far];
    const source = own.find((field) => field.args.length === 0);
    if (source !== undefined && tape.chance(50)) {
      const requires = tape.pick([[source.name], ["value.v"], [source.name, "value.w"]]);
      fields.push({ ...parts.leafField("derived", [where]), requires });
    }
    const dice = tape.int(3);
    if (dice === 1 && far.args.length === 0) {
      fields.push({ ...parts.leafField("twice", [home]), requires: ["far"] });
    }
    if (dice === 2) {
      fields.push({ ...parts.leafField("moved", [where, home]), overrides: home });
    }
    if (tape.chance(30)) fields.push(parts.leafField("both", [home, where]));
    return fields;
  }
}

const keysOf = (subgraphs: readonly string[], keys: readonly string[]): Map<string, readonly string[]> =>
  new Map(subgraphs.map((subgraph) => [subgraph, keys]));

const bare = <Element extends { readonly guards: unknown[] }>(element: Element): Element => ({
  ...element,
  guards: [],
});
