import { buildSchema, type GraphQLSchema } from "graphql";
import type { FieldModel, GraphModel, Guard, InputModel, TypeModel, TypeRef } from "./random-graph.js";

/** What a careful subgraph author writes on top of a file that uses `@auth`. */
export const AUTH_HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

export const COLORS = ["RED", "GREEN", "BLUE"] as const;

export const typeText = (type: TypeRef): string =>
  type.wrap.reduce((text, each) => (each === "!" ? `${text}!` : `[${text}]`), type.name);

const guardText = (guards: readonly Guard[], subgraph: string): string =>
  guards
    .filter((guard) => guard.subgraph === subgraph)
    .map((guard) => {
      const args: string[] = [];
      if (guard.fresh === true) args.push("fresh: true");
      if (guard.maxAge !== undefined) args.push(`maxAge: ${guard.maxAge}`);
      if (guard.scopes !== undefined) args.push(`scopes: ${JSON.stringify(guard.scopes)}`);
      if (guard.anyOf !== undefined) args.push(`anyOf: ${JSON.stringify(guard.anyOf)}`);
      return args.length === 0 ? " @auth" : ` @auth(${args.join(", ")})`;
    })
    .join("");

const inputText = (input: InputModel, subgraph: string): string => {
  const byDefault = input.defaultText === undefined ? "" : ` = ${input.defaultText}`;
  return `${input.name}: ${typeText(input.type)}${byDefault}${guardText(input.guards, subgraph)}`;
};

const argsText = (args: readonly InputModel[], subgraph: string): string =>
  args.length === 0 ? "" : `(${args.map((each) => inputText(each, subgraph)).join(", ")})`;

const signature = (field: FieldModel, subgraph: string): string =>
  `${field.name}${argsText(field.args, subgraph)}: ${typeText(field.type)}`;

const fieldText = (type: TypeModel, field: FieldModel, subgraph: string): string => {
  const isShared = field.subgraphs.length > 1 && field.name !== "id" && type.kind === "object";
  return [
    `  ${signature(field, subgraph)}`,
    isShared ? " @shareable" : "",
    field.requires.length === 0 ? "" : ` @requires(fields: "${field.requires.join(" ")}")`,
    guardText(field.guards, subgraph),
  ].join("");
};

/** The SDL of one subgraph. */
export const subgraphSdl = (model: GraphModel, subgraph: string): string =>
  AUTH_HEADER +
  [...model.types.values()]
    .filter((type) => type.subgraphs.includes(subgraph))
    .map((type) => typeSdl(model, type, subgraph))
    .join("\n");

const typeSdl = (model: GraphModel, type: TypeModel, subgraph: string): string => {
  const guards = guardText(type.guards, subgraph);
  switch (type.kind) {
    case "enum":
      return `enum ${type.name}${guards} { ${COLORS.join(" ")} }`;
    case "scalar":
      return `scalar ${type.name}${guards}`;
    case "union":
      return `union ${type.name}${guards} = ${type.members.join(" | ")}`;
    case "input":
      return `input ${type.name}${guards} { ${type.fields.map((each) => inputText(each, subgraph)).join(" ")} }`;
    default: {
      const here = type.fields.filter((field) => field.subgraphs.includes(subgraph));
      const needed = new Set(here.flatMap((field) => field.requires));
      const external = type.fields.filter((field) => needed.has(field.name));
      const lines = [
        ...here.map((field) => fieldText(type, field, subgraph)),
        ...external.map((field) => `  ${field.name}: ${typeText(field.type)} @external`),
      ];
      const interfaces = type.interfaces.filter((name) =>
        model.types.get(name)?.subgraphs.includes(subgraph),
      );
      const heads = interfaces.length === 0 ? "" : ` implements ${interfaces.join(" & ")}`;
      const key = type.entity ? ' @key(fields: "id")' : "";
      const word = type.kind === "object" ? "type" : "interface";
      return `${word} ${type.name}${heads}${key}${guards} {\n${lines.join("\n")}\n}`;
    }
  }
};

/** The client's schema, without federation and without guards: what operations are written against. */
export const monolithSchema = (model: GraphModel): GraphQLSchema => {
  // No subgraph is called so: nothing is guarded in this print.
  const nowhere = "(none)";
  const types = [...model.types.values()].map((type) => {
    switch (type.kind) {
      case "object":
      case "interface": {
        const word = type.kind === "object" ? "type" : "interface";
        const heads = type.interfaces.length === 0 ? "" : ` implements ${type.interfaces.join(" & ")}`;
        const fields = type.fields.map((field) => `  ${signature(field, nowhere)}`);
        return `${word} ${type.name}${heads} {\n${fields.join("\n")}\n}`;
      }
      default:
        return typeSdl(model, type, nowhere);
    }
  });
  return buildSchema(types.join("\n"));
};
