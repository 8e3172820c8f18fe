import { type FieldNode, Kind, parse, type SelectionSetNode } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { Tape } from "../support/tape.js";
import { aUser, NOW, supergraphOf } from "../unit/authorization/support.js";

const GRAPHS = Number(process.env["UNIMPLEMENTED_GRAPHS"] ?? 150);
const SCOPES = ["a", "b"] as const;
const FIELDS = ["f", "g"] as const;

interface InterfaceModel {
  readonly name: string;
  /** All levels. */
  readonly above: readonly string[];
  readonly guard: string | undefined;
  readonly fieldGuards: Readonly<Record<string, string | undefined>>;
  /** Is there an object type below? Otherwise only an `@interfaceObject` answers. */
  readonly implemented: boolean;
}

/** Interfaces above and below each other; some of them no object type implements. */
const randomHierarchy = (tape: Tape): readonly InterfaceModel[] => {
  const guard = (): string | undefined => (tape.chance(30) ? tape.pick(SCOPES) : undefined);
  const made: InterfaceModel[] = [];
  for (let at = 0; at < 2 + tape.int(3); at += 1) {
    const parent = made.length > 0 && tape.chance(75) ? tape.pick(made) : undefined;
    made.push({
      name: `I${at}`,
      above: parent === undefined ? [] : [parent.name, ...parent.above],
      guard: guard(),
      fieldGuards: { f: guard(), g: guard() },
      implemented: tape.chance(25),
    });
  }
  return made;
};

const guardText = (scope: string | undefined): string =>
  scope === undefined ? "" : ` @auth(scopes: ["${scope}"])`;
const heads = (above: readonly string[]): string =>
  above.length === 0 ? "" : ` implements ${above.join(" & ")}`;

const sdlOf = (interfaces: readonly InterfaceModel[]): Record<string, string> => {
  const roots = interfaces.map(({ name }) => `all${name}: [${name}]`).join(" ");
  const core = interfaces.map(
    (one) =>
      `interface ${one.name}${heads(one.above)}${guardText(one.guard)} { id: ID! ${FIELDS.map((field) => `${field}: Int${guardText(one.fieldGuards[field])}`).join(" ")} }` +
      (one.implemented
        ? ` type O${one.name}${heads([one.name, ...one.above])} { id: ID! f: Int g: Int }`
        : ""),
  );
  return { core: `type Query { ${roots} } ${core.join("\n")}` };
};

/** Scopes a field of one interface asks for by itself: its own guards and those above it. */
const demandsOf = (all: readonly InterfaceModel[], name: string, field: string): readonly string[] =>
  all
    .filter((one) => one.name === name || all.find((other) => other.name === name)?.above.includes(one.name))
    .flatMap((one) => [one.guard, one.fieldGuards[field]])
    .flatMap((scope) => scope ?? []);

const below = (all: readonly InterfaceModel[], name: string): readonly InterfaceModel[] =>
  all.filter((one) => one.name === name || one.above.includes(name));

const hasObjects = (all: readonly InterfaceModel[], name: string): boolean =>
  below(all, name).some((one) => one.implemented);

/** Each planned field with the innermost type its selection names. */
const plannedFields = (
  set: SelectionSetNode,
  type: string,
): readonly { readonly type: string; readonly field: string }[] =>
  set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ type, field: selection.name.value }];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return plannedFields(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    return [];
  });

describe("interfaces no object type implements", () => {
  it(`are never asked for what one of them guards (${GRAPHS} graphs)`, () => {
    let denied = 0;
    let asked = 0;
    for (let seed = 1; seed <= GRAPHS; seed += 1) {
      const tape = Tape.fromSeed(seed);
      const all = randomHierarchy(tape);
      const { authorizer } = createAuthorizer({ supergraphSdl: supergraphOf(sdlOf(all)) });
      for (const { name } of all) {
        const inner = tape.pick(below(all, name)).name;
        const document = parse(`{ all${name} { f ... on ${inner} { g } } }`);
        const [operation] = document.definitions;
        if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
        for (const scopes of [[], ["a"], ["b"], ["a", "b"]]) {
          const decision = authorizer.decide(authorizer.compile(document, operation), {
            principal: aUser({ scopes }),
            variables: {},
            nowSeconds: NOW,
            degraded: false,
          });
          if (decision instanceof Promise) throw new Error("asked a policy");
          const lacks = (type: string, field: string): boolean =>
            demandsOf(all, type, field).some((scope) => !scopes.includes(scope));
          const plannable = "plannable" in decision ? decision.plannable : undefined;
          const root = plannable?.document.definitions[0];
          const fields =
            root?.kind === Kind.OPERATION_DEFINITION
              ? plannedFields((root.selectionSet.selections[0] as FieldNode).selectionSet!, name)
              : [];
          for (const { type, field } of fields) {
            if (field === "__typename" || type.startsWith("O")) continue;
            // What a selection on this type reaches: every interface at or below it that nobody implements.
            for (const one of below(all, type).filter((each) => !hasObjects(all, each.name))) {
              asked += 1;
              expect(lacks(one.name, field), `seed ${seed}: ${type}.${field} reaches ${one.name}`).toBe(
                false,
              );
            }
          }
          if (decision.kind !== "allowed") denied += 1;
          // Nobody is refused for nothing: who holds every scope gets everything.
          if (scopes.length === 2) expect(decision.kind).toBe("allowed");
        }
      }
    }
    expect(denied).toBeGreaterThan(GRAPHS);
    expect(asked).toBeGreaterThan(GRAPHS);
  });
});
