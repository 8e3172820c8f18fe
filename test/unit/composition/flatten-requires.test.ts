import { composeServices as composeElsewhere } from "@apollo/composition";
import { composeServices } from "@theguild/federation-composition";
import { parse, print, stripIgnoredCharacters } from "graphql";
import { describe, expect, it } from "vitest";
import { flattenRequires } from "../../../src/composition/flatten-requires.js";
import { composeSubgraphs } from "../../../src/composition/index.js";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@shareable"])\n`;
const TYPES = `
  interface Pet { name: String }
  interface Furry implements Pet { name: String fur: Int }
  union Trained = Dog
  type Cat implements Pet & Furry @shareable { name: String fur: Int lives: Int friend: Pet }
  type Dog implements Pet & Furry @shareable { name: String fur: Int tricks: Int friend: Pet }
  type Fish implements Pet @shareable { name: String friend: Pet }`;

const asking = (fields: string, name = "@requires"): string => `${LINK}
  type Query { owner: Owner }
  type Owner @key(fields: "id") { id: ID! pet(of: String): Pet @external word: String ${name}(fields: ${JSON.stringify(fields)}) }
  ${TYPES}`;
const HOMES = `${LINK} type Owner @key(fields: "id") { id: ID! pet(of: String): Pet } ${TYPES}`;

const written = (fields: string, name?: string): string => {
  const text = print(flattenRequires(parse(asking(fields, name))));
  const set = /requires\(fields: ("(?:[^"\\]|\\.)*")\)/.exec(text)?.[1] ?? '""';
  return stripIgnoredCharacters(`{${JSON.parse(set)}}`).slice(1, -1);
};

describe("flattenRequires", () => {
  it.each([
    [
      "an interface below another",
      "pet { name ... on Furry { fur } }",
      "pet{name ...on Cat{fur}...on Dog{fur}}",
    ],
    [
      "conditions inside it",
      "pet { ... on Furry { fur ... on Cat { lives } ... on Dog { tricks } ... on Fish { name } } }",
      "pet{...on Cat{fur lives}...on Dog{fur tricks}}",
    ],
    ["a union", "pet { ... on Trained { ... on Pet { name } } }", "pet{...on Dog{name}}"],
    [
      "what stands below a field",
      "pet { ... on Cat { friend { ... on Furry { fur } } } }",
      "pet{...on Cat{friend{...on Cat{fur}...on Dog{fur}}}}",
    ],
    [
      "arguments, untouched",
      'pet(of: "a  b") { ... on Trained { ... on Dog { tricks } } }',
      'pet(of:"a  b"){...on Dog{tricks}}',
    ],
  ])("writes %s as object types", (_what, fields, flat) => {
    expect(written(fields)).toBe(flat);
    expect(written(fields, "@federation__requires")).toBe(flat);
  });

  it.each([
    ["without a condition", "pet { name }"],
    ["on the field's own type", "pet { ... on Pet { name } }"],
    ["on object types", "pet { name ... on Cat { lives } }"],
    ["that does not parse", "pet { name"],
    ["of a field nobody knows", "bird { ... on Furry { fur } }"],
  ])("leaves a field set %s as it is", (_what, fields) => {
    const document = parse(asking(fields));
    expect(print(flattenRequires(document))).toBe(print(document));
  });

  it("lets graphs compose that another composer takes and ours refuses", () => {
    const sdls = { pets: asking("pet { name ... on Furry { fur ... on Cat { lives } } }"), homes: HOMES };
    const services = Object.entries(sdls).map(([name, sdl]) => ({ name, url: "", typeDefs: parse(sdl) }));
    expect(composeElsewhere(services).errors).toBeUndefined();
    expect(composeServices(services).supergraphSdl).toBeUndefined();
    const { supergraphSdl } = composeSubgraphs(
      Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}.test/`, sdl })),
    );
    expect(supergraphSdl).toContain("pet{name ...on Cat{fur lives}...on Dog{fur}}");
  });
});
