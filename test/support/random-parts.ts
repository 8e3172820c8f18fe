import {
  type FieldModel,
  type Guard,
  type InputModel,
  LEAVES,
  SCOPES,
  type TypeRef,
} from "./random-graph.js";
import type { Tape } from "./tape.js";

/** The small parts graphs are made of, each of them guarded now and then. */
export class GuardedParts {
  constructor(
    private readonly tape: Tape,
    private readonly subgraphs: readonly string[],
  ) {}

  /** Up to two applications; a guard is only ever written where its element is declared. */
  guards(percent: number, among: readonly string[] = this.subgraphs): Guard[] {
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

  wrap(): ("!" | "[]")[] {
    const { tape } = this;
    const wrap: ("!" | "[]")[] = [];
    if (tape.chance(25)) wrap.push("!");
    if (!tape.chance(35)) return wrap;
    wrap.push("[]");
    if (tape.chance(25)) wrap.push("!");
    if (!tape.chance(15)) return wrap;
    return [...wrap, "[]"];
  }

  args(subgraphs: readonly string[]): InputModel[] {
    const { tape } = this;
    if (!tape.chance(30)) return [];
    return ["one", "two"].slice(0, 1 + tape.int(2)).map((name) => {
      const type: TypeRef = tape.chance(45)
        ? { name: tape.pick(["Outer", "Inner"]), wrap: tape.chance(30) ? ["[]"] : [] }
        : { name: tape.pick(LEAVES), wrap: [] };
      const hasDefault = type.name === "Int" && tape.chance(50);
      const guards = this.guards(20, subgraphs);
      return { name, type, guards, ...(hasDefault ? { defaultText: "3" } : {}) };
    });
  }

  leafField(name: string, subgraphs: readonly string[]): FieldModel {
    const type: TypeRef = { name: this.tape.pick(LEAVES), wrap: this.wrap() };
    const guards = this.guards(18, subgraphs);
    return { name, type, args: this.args(subgraphs), guards, subgraphs, requires: [] };
  }

  /** The same field declared once more, with guards of its own. */
  guardedAnew(field: FieldModel, subgraphs: readonly string[], percent: number): FieldModel {
    return {
      ...field,
      args: field.args.map((each) => ({ ...each, guards: this.guards(percent, subgraphs) })),
      guards: this.guards(percent, subgraphs),
    };
  }
}
