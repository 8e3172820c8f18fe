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
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@composeDirective", "@inaccessible", "@authenticated", "@requiresScopes", "@policy"])
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
      if (guard.apollo !== undefined) return apolloText(guard);
      const args: string[] = [];
      if (guard.fresh === true) args.push("fresh: true");
      if (guard.maxAge !== undefined) args.push(`maxAge: ${guard.maxAge}`);
      if (guard.scopes !== undefined) args.push(`scopes: ${JSON.stringify(guard.scopes)}`);
      if (guard.anyOf !== undefined) args.push(`anyOf: ${JSON.stringify(guard.anyOf)}`);
      return args.length === 0 ? " @auth" : ` @auth(${args.join(", ")})`;
    })
    .join("");

const apolloText = ({ apollo, anyOf, policies }: Guard): string => {
  switch (apollo) {
    case "requiresScopes":
      return ` @requiresScopes(scopes: ${JSON.stringify(anyOf)})`;
    case "policy":
      return ` @policy(policies: ${JSON.stringify(policies)})`;
    default:
      return " @authenticated";
  }
};

/** The `@inaccessible` text for a coordinate, in the subgraph that must declare it; otherwise empty. */
type HiddenText = (coordinate: string) => string;

const NOTHING_HIDDEN: HiddenText = () => "";

const inputText = (input: InputModel, subgraph: string, mark: string): string => {
  const byDefault = input.defaultText === undefined ? "" : ` = ${input.defaultText}`;
  return `${input.name}: ${typeText(input.type)}${byDefault}${mark}${guardText(input.guards, subgraph)}`;
};

const signature = (
  type: string,
  field: FieldModel,
  subgraph: string,
  hiddenText: HiddenText = NOTHING_HIDDEN,
): string => {
  const args = field.args.map((each) =>
    inputText(each, subgraph, hiddenText(`${type}.${field.name}(${each.name}:)`)),
  );
  return `${field.name}${args.length === 0 ? "" : `(${args.join(", ")})`}: ${typeText(field.type)}`;
};

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
  const speaker = field.subgraphs.find((each) => each !== field.overrides);
  const hiddenText = hiddenIn(model, subgraph === speaker);
  return [
    `  ${signature(type.name, field, subgraph, hiddenText)}`,
    hiddenText(`${type.name}.${field.name}`),
    isShared ? " @shareable" : "",
    isTaken ? ` @override(from: "${field.overrides}")` : "",
    field.requires.length === 0 ? "" : ` @requires(fields: "${fieldSet(field.requires)}")`,
    field.provides === undefined ? "" : ` @provides(fields: "${field.provides}")`,
    guardText(field.guards, subgraph),
  ].join("");
};

const hiddenIn = (model: GraphModel, isSpeaker: boolean): HiddenText =>
  isSpeaker
    ? (coordinate) => (model.hidden?.has(coordinate) === true ? " @inaccessible" : "")
    : NOTHING_HIDDEN;

/** The SDL of one subgraph. */
export const subgraphSdl = (model: GraphModel, subgraph: string): string =>
  AUTH_HEADER +
  [...model.types.values()]
    .filter((type) => type.subgraphs.includes(subgraph))
    .map((type) => typeSdl(model, type, subgraph))
    .join("\n");

const typeSdl = (model: GraphModel, type: TypeModel, subgraph: string): string => {
  const guards = guardText(type.guards, subgraph);
  const hiddenText = hiddenIn(model, subgraph === type.subgraphs[0]);
  const { name } = type;
  const isExtended = model.extended?.has(name) === true;
  switch (type.kind) {
    case "enum":
      return definition(isExtended, "enum", name, "", guards, COLORS);
    case "scalar":
      return isExtended && guards !== ""
        ? `scalar ${name}\nextend scalar ${name}${guards}`
        : `scalar ${name}${guards}`;
    case "union":
      return isExtended && guards !== ""
        ? `union ${name} = ${type.members.join(" | ")}\nextend union ${name}${guards}`
        : `union ${name}${guards} = ${type.members.join(" | ")}`;
    case "input": {
      const fields = type.fields.map((each) => inputText(each, subgraph, hiddenText(`${name}.${each.name}`)));
      return definition(isExtended, "input", name, "", guards, fields);
    }
    default:
      return compositeSdl(model, type, subgraph);
  }
};

/** A definition, whole or in two pieces: an extension's guards count like any others. */
const definition = (
  isExtended: boolean,
  word: string,
  name: string,
  head: string,
  guards: string,
  members: readonly string[],
): string => {
  const block = (text: readonly string[]): string => `{\n${text.join("\n")}\n}`;
  if (!isExtended || members.length < 2) return `${word} ${name}${head}${guards} ${block(members)}`;
  const half = members.length >> 1;
  const first = `${word} ${name}${head} ${block(members.slice(0, half))}`;
  return `${first}\nextend ${word} ${name}${guards} ${block(members.slice(half))}`;
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
  const hidden = hiddenIn(model, subgraph === type.subgraphs[0])(type.name);
  const isExtended = model.extended?.has(type.name) === true;
  return definition(
    isExtended,
    word,
    type.name,
    `${heads}${mark}${hidden}${keys}`,
    guardText(type.guards, subgraph),
    lines,
  );
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
export const monolithSchema = (model: GraphModel): GraphQLSchema =>
  schemaOf(model, (coordinate) => model.hidden?.has(coordinate) !== true);

/** The same with what clients do not know: objects may turn out to be of a hidden type. */
export const wholeSchema = (model: GraphModel): GraphQLSchema => schemaOf(model, () => true);

const schemaOf = (model: GraphModel, isShown: (coordinate: string) => boolean): GraphQLSchema => {
  // No subgraph is called so: nothing is guarded in this print.
  const nowhere = "(none)";
  const types = [...model.types.values()]
    .filter(({ name }) => isShown(name))
    .map((type) => {
      switch (type.kind) {
        case "object":
        case "interface": {
          const word = type.kind === "object" ? "type" : "interface";
          const heads = type.interfaces.length === 0 ? "" : ` implements ${type.interfaces.join(" & ")}`;
          const fields = type.fields
            .filter((field) => isShown(`${type.name}.${field.name}`))
            .map((field) => {
              const args = field.args.filter((one) => isShown(`${type.name}.${field.name}(${one.name}:)`));
              return `  ${signature(type.name, { ...field, args }, nowhere)}`;
            });
          return `${word} ${type.name}${heads} {\n${fields.join("\n")}\n}`;
        }
        case "union":
          return typeSdl(model, { ...type, members: type.members.filter(isShown) }, nowhere);
        case "input": {
          const fields = type.fields.filter((field) => isShown(`${type.name}.${field.name}`));
          return typeSdl(model, { ...type, fields }, nowhere);
        }
        default:
          return typeSdl(model, type, nowhere);
      }
    });
  return buildSchema(types.join("\n"));
};
