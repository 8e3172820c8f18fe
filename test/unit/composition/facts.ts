import {
  type ConstDirectiveNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
} from "graphql";
import { readJoins } from "../../../src/graphql/joins.js";

/**
 * What a supergraph says, by coordinate, in one spelling: types and members, arguments and defaults, and who has
 * what under which condition. Descriptions, order and layout are left out.
 */
export const factsOf = (supergraphSdl: string): Readonly<Record<string, readonly string[]>> => {
  const document = parse(supergraphSdl, { noLocation: true });
  const { graphs, typeGraphs } = readJoins(document);
  const facts = new Map<string, readonly string[]>();
  const put = (
    at: string,
    node: Directed,
    more: readonly string[] = [],
    implied: readonly string[] = [],
  ): void => {
    const directives = (node.directives ?? []).filter(({ name }) => name.value !== "link");
    const told = directives.map((one) => spelling(one, graphs)).filter((one) => !more.includes(one));
    const isJoined = directives.some(({ name }) => name.value === "join__field");
    facts.set(at, [...new Set([...more, ...told, ...(isJoined ? [] : implied)])].sort());
  };
  for (const definition of document.definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    const { value: type } = definition.name;
    if (/^(join|link)__/.test(type)) continue;
    const interfaces = "interfaces" in definition ? (definition.interfaces ?? []) : [];
    const members = "types" in definition ? (definition.types ?? []) : [];
    put(type, definition, [definition.kind, ...[...interfaces, ...members].map((one) => print(one))]);
    if ("values" in definition) {
      for (const value of definition.values ?? []) put(`${type}.${value.name.value}`, value);
    }
    if (!("fields" in definition)) continue;
    const everywhere = typeGraphs(type).map((graph) => `@join__field graph:${graphs.get(graph)}`);
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      // A type that is the field's own says nothing.
      const { directives = [] } = field;
      const joined = directives.map((one) => withoutArgument(one, "type", print(field.type)));
      put(coordinate, { directives: joined }, [typed(field)], everywhere);
      if (field.kind === Kind.INPUT_VALUE_DEFINITION) continue;
      for (const argument of field.arguments ?? []) {
        put(`${coordinate}(${argument.name.value}:)`, argument, [typed(argument)]);
      }
    }
  }
  return Object.fromEntries(facts);
};

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

type Typed = Parameters<typeof print>[0] & { readonly kind: string };

const typed = (node: { readonly type: Typed; readonly defaultValue?: Typed | undefined }): string =>
  node.defaultValue === undefined ? print(node.type) : `${print(node.type)} = ${print(node.defaultValue)}`;

const withoutArgument = (node: ConstDirectiveNode, name: string, text: string): ConstDirectiveNode => ({
  ...node,
  arguments: (node.arguments ?? []).filter(
    (one) => one.name.value !== name || one.value.kind !== Kind.STRING || one.value.value !== text,
  ),
});

/** Arguments that say what is so without them. */
const SILENT = new Set([
  "external:false",
  "resolvable:true",
  "isInterfaceObject:false",
  "extension:true",
  "extension:false",
]);
const FIELD_SETS = new Set(["key", "requires", "provides"]);

const spelling = (directive: ConstDirectiveNode, graphs: ReadonlyMap<string, string>): string => {
  const words = (directive.arguments ?? []).map(({ name, value }) => {
    const text = value.kind === Kind.STRING || value.kind === Kind.ENUM ? value.value : print(value);
    if (name.value === "graph") return `graph:${graphs.get(text) ?? text}`;
    return `${name.value}:${FIELD_SETS.has(name.value) ? stripIgnoredCharacters(`{${text}}`) : text}`;
  });
  return [`@${directive.name.value}`, ...words.filter((word) => !SILENT.has(word)).sort()].join(" ");
};
