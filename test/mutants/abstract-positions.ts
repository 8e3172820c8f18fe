import type { Mutant } from "./mutant.js";

const DECIDE = "test/unit/authorization/decide/decide.test.ts";
const DISCLOSURE = "test/unit/authorization/decide/disclosure.test.ts";
const PRIVACY = "test/integration/introspection-privacy.test.ts";
const ECHOES = "test/unit/server/echoes.test.ts";

/** Faults in who stands behind an interface, in what is asked of closed positions, and in what texts name. */
export const abstractPositionMutants: readonly Mutant[] = [
  {
    name: "an interface nobody implements is not possible above itself",
    file: "src/authorization/read/build-rules.ts",
    find: "return [...objects, ...below, ...(objects.length === 0 ? [type] : [])].map((one) => one.name);",
    replace: "return [...objects, ...(objects.length === 0 ? [type] : [])].map((one) => one.name);",
    caughtBy: { file: DECIDE, test: "hold beside object types that implement the interface above" },
  },
  {
    name: "guards below do not count for an interface nobody implements",
    file: "src/authorization/read/build-rules.ts",
    find: "const below = isUnimplemented(schema, type) ? unimplementedBelow(schema, type) : [];",
    replace: "const below: readonly GraphQLInterfaceType[] = [];",
    caughtBy: { file: DECIDE, test: "hold for the position as a whole" },
  },
  {
    name: "what the field returns below is not asked about",
    file: "src/authorization/read/build-rules.ts",
    find: "...(isUnimplemented(schema, type) ? sameFields.map((one) => guardOfType(one.returned)) : []),",
    replace: "",
    caughtBy: { file: DECIDE, test: "hold for a narrower type the interface below returns" },
  },
  {
    name: "a position nobody may see is asked for its existence",
    file: "src/authorization/decide/rewrite.ts",
    find: "for (const selection of [info.whole, info.every]) {",
    replace: "for (const selection of [info.whole]) {",
    caughtBy: { file: DECIDE, test: "is not asked for at all, not even for existence: node" },
  },
  {
    name: "one denied type closes a position with an open one",
    file: "src/authorization/decide/compile.ts",
    find: "{ types }) => count + types.size, 0) === below.size;",
    replace: "{ types }) => count + types.size, 0) > 0;",
    caughtBy: { file: DECIDE, test: "is asked for as soon as one of its types is granted" },
  },
  {
    name: "a closed position reports the reason that is hardest to cure",
    file: "src/authorization/decide/check.ts",
    find: "(rank(way) < rank(least) ? way : least)",
    replace: "(rank(way) > rank(least) ? way : least)",
    caughtBy: { file: DECIDE, test: "is told once, by what is easiest to cure" },
  },
  {
    name: "a position set on an interface is forgotten on its implementations",
    file: "src/authorization/decide/compile.ts",
    find: "...(rules.types.get(type)?.interfaces ?? [])",
    replace: "",
    caughtBy: {
      file: DECIDE,
      test: "is set for a field of an interface wherever it is reached, through an implementation as well",
    },
  },
  {
    name: "a root field selected through an interface escapes the refusal",
    file: "src/authorization/decide/refusals.ts",
    find: "rootName !== undefined && info.types.has(rootName)",
    replace: "info.parent.name === rootName",
    caughtBy: {
      file: DECIDE,
      test: "does not run a denied root field selected through an interface of the root type",
    },
  },
  {
    name: "scopes of types clients do not know are told",
    file: "src/authorization/decide/denial-view.ts",
    find: ".filter(({ types }) => [...types].some(isVisible))",
    replace: "",
    caughtBy: { file: DISCLOSURE, test: "is never a scope of theirs, at `full` and precise" },
  },
  {
    name: "a shared cache may keep what one caller sees of the schema",
    file: "src/federation/executor.ts",
    find: "entry.compiled.guarded || entry.showsFilteredSchema",
    replace: "entry.compiled.guarded",
    caughtBy: { file: PRIVACY, test: "is this caller's alone" },
  },
  {
    name: "a directive keeps its own copy of an input type",
    file: "src/authorization/decide/introspection.ts",
    find: "directives: api.getDirectives().map(directive),",
    replace: "directives: api.getDirectives(),",
    caughtBy: { file: PRIVACY, test: "works beside an executable directive that takes an input type" },
  },
  {
    name: "a validation error names a type the client did not write",
    file: "src/server/echoes.ts",
    find: "every((name) => written.has(name) || BUILT_IN.has(name))",
    replace: 'some((name) => written.has(name) || BUILT_IN.has(name) || name !== "")',
    caughtBy: { file: ECHOES, test: "stay only where the document holds them" },
  },
  {
    name: "an interface that can stand alone is of no known type",
    file: "src/authorization/decide/denial-view.ts",
    find: "const runtimeType = reported ?? interfaceAlone(rules, info.below);",
    replace: "const runtimeType = reported;",
    caughtBy: { file: DECIDE, test: "is its own type where it can stand alone" },
  },
  {
    name: "what is denied on one of several types does not close an object of no known type",
    file: "src/authorization/decide/denial-view.ts",
    find: "if (!closed && !isTouched(node, info.below)) return undefined;",
    replace: "if (!closed) return undefined;",
    caughtBy: { file: DECIDE, test: "is of no known type beside others" },
  },
  {
    name: "fields denied within a fragment do not close an object of no known type",
    file: "src/authorization/decide/denial-view.ts",
    find: "return fieldsOf(parts.fragments.get(name)?.selectionSet, parts, entered);",
    replace: "return [];",
    caughtBy: { file: DECIDE, test: "is of no known type beside others" },
  },
  {
    name: "a field is asked of an interface that does not have it",
    file: "src/authorization/decide/rewrite.ts",
    find: "for (const type of info.types) if (!this.#hasField(type, node)) removed.add(type);",
    replace: "",
    caughtBy: { file: DECIDE, test: "is of no known type beside others" },
  },
];
