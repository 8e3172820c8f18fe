import { POLICY_NAMES } from "./policies.js";
import {
  type CompositeModel,
  DEFAULT_SETTINGS,
  type FieldModel,
  type GraphModel,
  type GraphSettings,
  type Guard,
  type TypeModel,
} from "./random-graph.js";
import type { Tape } from "./tape.js";

/**
 * Dresses a generated graph: some guards spelt as Apollo's directives, some elements `@inaccessible`, some types
 * written with `extend`, some other settings of the gateway. None of it is needed for a graph to be one.
 */
export const dressGraph = (model: GraphModel, tape: Tape): GraphModel => {
  if (tape.chance(40)) spellAsApollo(model, tape);
  const hidden = tape.chance(35) ? hiddenCoordinates(model, tape) : new Set<string>();
  const extended = tape.chance(30) ? tape.some([...model.types.keys()], 35) : [];
  return { ...model, hidden, extended: new Set(extended), settings: settings(tape) };
};

const settings = (tape: Tape): GraphSettings => ({
  disclosure: tape.pick([DEFAULT_SETTINGS.disclosure, "codes", "none", "full", "full"]),
  relaxMutations: tape.chance(25),
  policyMode: tape.pick(["cardea", "cardea", "apollo"]),
});

const compositesOf = (model: GraphModel): CompositeModel[] =>
  [...model.types.values()].filter(
    (type): type is CompositeModel => type.kind === "object" || type.kind === "interface",
  );

const isOnInterface = (model: GraphModel, type: CompositeModel, field: FieldModel): boolean =>
  type.interfaces.some((name) => {
    const one = model.types.get(name);
    return one?.kind === "interface" && one.fields.some((each) => each.name === field.name);
  });

/** Fields of object types that are theirs alone: what an interface has follows rules of its own. */
const ownFields = (model: GraphModel): { readonly type: CompositeModel; readonly field: FieldModel }[] =>
  compositesOf(model)
    .filter((type) => type.kind === "object")
    .flatMap((type) =>
      type.fields
        .filter((field) => field.owner === undefined && !isOnInterface(model, type, field))
        .map((field) => ({ type, field })),
    );

/**
 * Composers refuse Apollo's directives on interfaces, copy those of implementations to their interfaces, and require
 * them on every field that `@requires` a guarded one. So they are written only where none of this applies.
 */
const spellAsApollo = (model: GraphModel, tape: Tape): void => {
  const consumed = consumedNames(model);
  const places: Guard[][] = ownFields(model)
    .filter(({ type, field }) => !consumed.has(`${type.name}.${field.name}`))
    .map(({ field }) => field.guards);
  for (const type of model.types.values()) {
    const isPlain = type.kind === "object" && type.interfaces.length === 0;
    if ((isPlain || type.kind === "enum" || type.kind === "scalar") && !consumed.has(type.name)) {
      places.push(type.guards);
    }
  }
  for (const guards of places) {
    for (const [at, guard] of guards.entries()) {
      if (!tape.chance(60)) continue;
      const spelt = apolloSpelling(guard, tape);
      const isRepeated = guards.some(
        (each) => each.subgraph === spelt.subgraph && each.apollo === spelt.apollo,
      );
      if (!isRepeated) guards[at] = spelt;
    }
  }
};

const apolloSpelling = ({ subgraph, scopes, anyOf }: Guard, tape: Tape): Guard => {
  if (tape.chance(30)) {
    const names = [[tape.pick(POLICY_NAMES)], [tape.pick(POLICY_NAMES), tape.pick(POLICY_NAMES)]];
    return { subgraph, apollo: "policy", policies: names.slice(0, 1 + tape.int(2)) };
  }
  const alternatives = anyOf ?? (scopes === undefined || scopes.length === 0 ? undefined : [scopes]);
  if (alternatives === undefined) return { subgraph, apollo: "authenticated" };
  return { subgraph, apollo: "requiresScopes", anyOf: alternatives };
};

/** Coordinates some `@requires` reads, and the types they return. */
const consumedNames = (model: GraphModel): ReadonlySet<string> => {
  const found = new Set<string>();
  const read = (type: CompositeModel, name: string): FieldModel | undefined => {
    const field = type.fields.find((each) => each.name === name);
    found.add(`${type.name}.${name}`);
    if (field !== undefined) found.add(field.type.name);
    return field;
  };
  for (const type of compositesOf(model)) {
    for (const path of type.fields.flatMap((field) => field.requires)) {
      const [first = "", second] = path.split(".");
      const through = model.types.get(read(type, first)?.type.name ?? "");
      if (second !== undefined && through?.kind === "object") read(through, second);
    }
  }
  return found;
};

const hiddenCoordinates = (model: GraphModel, tape: Tape): Set<string> => {
  const hidden = new Set<string>();
  // The bare root fields stay, so that no root type is left without any.
  const candidates = ownFields(model).filter(({ field }) => !/^(get|do)_/.test(field.name));
  const hide = (type: string, fields: readonly { readonly name: string }[], field: string): void => {
    // Composers refuse a type that clients know and no field of which they know.
    const isLast = fields.every(({ name }) => name === field || hidden.has(`${type}.${name}`));
    if (!isLast) hidden.add(`${type}.${field}`);
  };
  for (const { type, field } of candidates) {
    if (tape.chance(12)) hide(type.name, type.fields, field.name);
    for (const argument of field.args) {
      if (tape.chance(10)) hidden.add(`${type.name}.${field.name}(${argument.name}:)`);
    }
  }
  for (const name of ["Outer.p", "Outer.q", "Outer.inner", "Inner.y"]) if (tape.chance(10)) hidden.add(name);
  for (const type of model.types.values()) {
    const isSecond = type.kind === "object" && /(Two|Three)$/.test(type.name);
    if (!isSecond || !tape.chance(30) || isLastMember(model, type, hidden)) continue;
    hidden.add(type.name);
    for (const { type: owner, field } of candidates) {
      if (field.type.name === type.name) hidden.add(`${owner.name}.${field.name}`);
    }
  }
  return hidden;
};

const isLastMember = (model: GraphModel, type: TypeModel, hidden: ReadonlySet<string>): boolean =>
  [...model.types.values()].some(
    (each) => each.kind === "union" && each.members.every((name) => name === type.name || hidden.has(name)),
  );
