import { composeServices } from "@apollo/composition";
import { Kind, parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../../src/composition/index.js";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@interfaceObject"])\n`;
const OWNER = `${LINK}
  type Query { all: [Media] }
  interface Media @key(fields: "id") { id: ID! size: Int }
  type Book implements Media @key(fields: "id") { id: ID! size: Int }`;

const sources = (adding: string) =>
  Object.entries({ owner: OWNER, adding }).map(([name, sdl]) => ({
    name,
    url: `http://${name}.test/`,
    sdl,
  }));

/** `@join__field`s of a field of the interface. */
const joins = (supergraphSdl: string, field: string): readonly string[] =>
  parse(supergraphSdl).definitions.flatMap((definition) =>
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION && definition.name.value === "Media"
      ? (definition.fields ?? [])
          .filter(({ name }) => name.value === field)
          .flatMap(({ directives = [] }) => directives.map((directive) => print(directive)))
      : [],
  );

const elsewhere = (adding: string): string => {
  const services = sources(adding).map(({ sdl, ...rest }) => ({ ...rest, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join("\n"));
  return supergraphSdl;
};

describe("fields of an interface object", () => {
  it.each([
    ["@external", `size: Int @external weight: Int @requires(fields: "size")`, LINK],
    [
      "its full name",
      `size: Int @federation__external weight: Int @requires(fields: "size")`,
      LINK.replace('"@external", ', ""),
    ],
    [
      "a name of its own",
      `size: Int @elsewhere weight: Int @requires(fields: "size")`,
      LINK.replace('"@external"', '{ name: "@external", as: "@elsewhere" }'),
    ],
  ])("are external where a subgraph says so by %s, as the other composer has it", (_name, fields, link) => {
    const adding = `${link} type Media @key(fields: "id") @interfaceObject { id: ID! ${fields} }`;
    const ours = composeSubgraphs(sources(adding)).supergraphSdl;
    expect([...joins(ours, "size")].sort()).toEqual([...joins(elsewhere(adding), "size")].sort());
    expect(joins(ours, "size")).toContain("@join__field(graph: ADDING, external: true)");
  });

  it("stay as the composer wrote them where nothing is said", () => {
    const adding = `${LINK} type Media @key(fields: "id") @interfaceObject { id: ID! weight: Int }`;
    const ours = composeSubgraphs(sources(adding)).supergraphSdl;
    expect(joins(ours, "id")).toEqual([]);
    expect(joins(ours, "size")).toEqual(["@join__field(graph: OWNER)"]);
  });
});
