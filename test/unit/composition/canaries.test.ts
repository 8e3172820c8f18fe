import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { CORRECTIONS } from "../../../src/composition/corrections.js";
import { DEFINITION } from "./support.js";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@override", "@inaccessible", "@interfaceObject", "@composeDirective"])\n`;

/** The composer without any correction of ours. */
const bare = (...sdls: readonly string[]) => {
  const result = composeServices(
    sdls.map((sdl, at) => ({
      name: "ab".charAt(at),
      url: `http://${"ab".charAt(at)}.invalid`,
      typeDefs: parse(LINK + sdl),
    })),
  );
  return { sdl: result.supergraphSdl?.replace(/\s+/g, " "), errors: result.errors?.map(String) ?? [] };
};

const PETS = `interface Pet { name: String } interface Furry implements Pet { name: String fur: Int }
  type Cat implements Pet & Furry @shareable { name: String fur: Int }`;
const BOOK = "type Book { title: String @shareable }";
const NARGS = "type Query { n: N } interface N { f(a: Int @inaccessible): Int }";

/**
 * Each correction has one test here, on the composer as it is. When one of these fails, the composer has been fixed:
 * take the correction out, with its row in src/composition/README.md.
 */
const CANARIES: Readonly<Record<string, () => void>> = {
  "flatten-requires": () =>
    expect(
      bare(
        `type Query { owner: Owner } ${PETS}
         type Owner @key(fields: "id") { id: ID! pet: Pet @external word: String @requires(fields: "pet { ... on Furry { fur } }") }`,
        `type Owner @key(fields: "id") { id: ID! pet: Pet } ${PETS}`,
      ).errors,
    ).not.toEqual([]),
  "import-guard": () =>
    expect(
      bare(
        `extend schema @link(url: "https://specs.cardea.dev/auth/v1.0", as: "door") @composeDirective(name: "@door")
         ${DEFINITION.replace("@auth", "@door")} type Query { n: Int @door }`,
      ).errors,
    ).not.toEqual([]),
  "settle-overrides": () =>
    expect(
      bare(
        'type Query { user: User } type User @key(fields: "id") { id: ID! }',
        'type User @key(fields: "id") { id: ID! n: Int @override(from: "gone", label: "percent(50)") }',
      ).sdl,
    ).toContain("overrideLabel"),
  "common-types": () =>
    expect(
      bare(
        `type Query { book: Book @shareable } ${BOOK}`,
        `type Query { book: Media @shareable } union Media = Book | Movie ${BOOK} type Movie { title: String }`,
      ).sdl,
    ).toMatch(/type Query [^}]*book: Book/),
  "restore-fields": () =>
    expect(
      bare(
        `type Query { all: [Media] } interface Media @key(fields: "id") { id: ID! size: Int }
         type Book implements Media @key(fields: "id") { id: ID! size: Int }`,
        `type Media @key(fields: "id") @interfaceObject { id: ID! size: Int @external weight: Int @requires(fields: "size") }`,
      ).sdl,
    ).not.toMatch(/interface Media [^}]*external: true/),
  "restore-inaccessible": () =>
    expect(bare(`${NARGS} type T implements N { f(a: Int): Int }`).sdl).not.toMatch(
      /interface N [^}]*a: Int @inaccessible/,
    ),
};

describe("the composer, uncorrected, still", () => {
  it("has a fault for each correction", () => {
    expect(Object.keys(CANARIES)).toEqual(CORRECTIONS.map(({ id }) => id));
  });

  it.each(Object.entries(CANARIES))("needs %s", (_id, shows) => shows());
});
