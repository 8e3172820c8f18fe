import { buildSchema, type GraphQLSchema } from "graphql";
import type {
  CompositeModel,
  FieldModel,
  GraphModel,
  Guard,
  InputModel,
  TypeModel,
  TypeRef,
} from "./random-graph.js";

/** What a careful subgraph author writes on top of a file that uses `@auth`. */
export const AUTH_HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@composeDirective"])
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

const isKey = (type: CompositeModel, field: FieldModel): boolean =>
  [...type.keys.values()].some((keys) => keys.includes(field.name));

/** Some subgraph hands this field along without resolving it, which its owner must allow. */
const isProvided = (model: GraphModel, type: CompositeModel, field: FieldModel): boolean =>
  compositesOf(model).some((each) =>
    each.fields.some((link) => link.type.name === type.name && link.provides === field.name),
  );

const compositesOf = (model: GraphModel): CompositeModel[] =>
  [...model.types.values()].filter(
    (type): type is CompositeModel => type.kind === "object" || type.kind === "interface",
  );

/** `own value.v value.w` as a field set. */
const fieldSet = (paths: readonly string[]): string =>
  paths.map((path) => path.replace(/^(\w+)\.(\w+)$/, "$1 { $2 }")).join(" ");

const fieldText = (model: GraphModel, type: CompositeModel, field: FieldModel, subgraph: string): string => {
  const isShared =
    type.kind === "object" &&
    !isKey(type, field) &&
    ((field.subgraphs.length > 1 && field.overrides === undefined) || isProvided(model, type, field));
  const isTaken = field.overrides !== undefined && subgraph !== field.overrides;
  return [
    `  ${signature(field, subgraph)}`,
    isShared ? " @shareable" : "",
    isTaken ? ` @override(from: "${field.overrides}")` : "",
    field.requires.length === 0 ? "" : ` @requires(fields: "${fieldSet(field.requires)}")`,
    field.provides === undefined ? "" : ` @provides(fields: "${field.provides}")`,
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
    default:
      return compositeSdl(model, type, subgraph);
  }
};

const compositeSdl = (model: GraphModel, type: CompositeModel, subgraph: string): string => {
  const isInterfaceObject = type.interfaceObjectIn === subgraph;
  const here = type.fields.filter((field) => field.subgraphs.includes(subgraph));
  const lines = [
    ...here.map((field) => fieldText(model, type, field, subgraph)),
    ...externalFields(model, type, subgraph).map(
      (field) => `  ${field.name}: ${typeText(field.type)} @external`,
    ),
  ];
  const interfaces = type.interfaces.filter((name) => model.types.get(name)?.subgraphs.includes(subgraph));
  const heads = interfaces.length === 0 ? "" : ` implements ${interfaces.join(" & ")}`;
  const keys = (type.keys.get(subgraph) ?? []).map((key) => ` @key(fields: "${key}")`).join("");
  const word = type.kind === "object" || isInterfaceObject ? "type" : "interface";
  const mark = isInterfaceObject ? " @interfaceObject" : "";
  return `${word} ${type.name}${heads}${mark}${keys}${guardText(type.guards, subgraph)} {\n${lines.join("\n")}\n}`;
};

/** What this subgraph names in `@requires` and `@provides` and does not resolve itself. */
const externalFields = (model: GraphModel, type: CompositeModel, subgraph: string): FieldModel[] => {
  const required = type.fields
    .filter((field) => field.subgraphs.includes(subgraph))
    .flatMap((field) => field.requires.map((path) => path.split(".")[0]));
  const provided = compositesOf(model)
    .flatMap((each) => each.fields)
    .filter((link) => link.type.name === type.name && link.subgraphs.includes(subgraph))
    .map((link) => link.provides);
  return type.fields.filter(
    (field) =>
      !field.subgraphs.includes(subgraph) && (required.includes(field.name) || provided.includes(field.name)),
  );
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
