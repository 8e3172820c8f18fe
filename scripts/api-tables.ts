import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
} from "graphql";

const cell = (text: string): string => text.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
const code = (text: string): string => `\`${cell(text)}\``;
const line = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const guards = (directives: readonly ConstDirectiveNode[] = []): string =>
  directives
    .filter(({ name }) => name.value === "auth")
    .map((one) => code(print(one)))
    .join(" ");

const argument = ({ name, type, defaultValue }: InputValueDefinitionNode): string =>
  `${name.value}: ${print(type)}${defaultValue === undefined ? "" : ` = ${print(defaultValue)}`}`;

const signature = ({ name, arguments: given = [] }: FieldDefinitionNode): string =>
  given.length === 0 ? name.value : `${name.value}(${given.map(argument).join(", ")})`;

const described = (node: { readonly description?: { readonly value: string } | undefined }): string =>
  cell(node.description?.value ?? "");

const guardsOf = (field: FieldDefinitionNode): string =>
  [
    guards(field.directives),
    ...(field.arguments ?? []).map(({ name, directives }) => {
      const found = guards(directives);
      return found === "" ? "" : `\`${name.value}\`: ${found}`;
    }),
  ]
    .filter((part) => part !== "")
    .join("; ");

const fieldRow = (field: FieldDefinitionNode): string =>
  line(code(signature(field)), code(print(field.type)), guardsOf(field), described(field));

function tableOf(type: TypeDefinitionNode): readonly string[] {
  switch (type.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
      return [
        line("field", "type", "guard", "meaning"),
        line("---", "---", "---", "---"),
        ...(type.fields ?? []).map(fieldRow),
      ];
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return [
        line("field", "type", "meaning"),
        line("---", "---", "---"),
        ...(type.fields ?? []).map((field) =>
          line(code(field.name.value), code(print(field.type)), described(field)),
        ),
      ];
    case Kind.ENUM_TYPE_DEFINITION:
      return [
        line("value", "meaning"),
        line("---", "---"),
        ...(type.values ?? []).map((value) => line(code(value.name.value), described(value))),
      ];
    case Kind.UNION_TYPE_DEFINITION:
      return [`One of ${(type.types ?? []).map(({ name }) => code(name.value)).join(", ")}.`];
    default:
      return [];
  }
}

/** Root types first, since that is where a client begins; then the order of the schema. */
const ROOTS = ["Mutation", "Query"];

/** Every type of the auth subgraph as Markdown, from its emitted SDL. */
export function apiTables(sdl: string): string {
  const types = parse(sdl).definitions.filter(
    (definition): definition is TypeDefinitionNode =>
      "name" in definition && definition.kind.endsWith("TypeDefinition"),
  );
  const isRoot = ({ name }: TypeDefinitionNode): boolean => ROOTS.includes(name.value);
  const ordered = [
    ...ROOTS.flatMap((root) => types.filter(({ name }) => name.value === root)),
    ...types.filter((type) => !isRoot(type)),
  ];
  return ordered
    .map((type) => {
      const text = [described(type), tableOf(type).join("\n")].filter((part) => part !== "");
      return [`## \`${type.name.value}\``, ...text].join("\n\n");
    })
    .join("\n\n");
}

const TABLES = /(<!-- api: .*? -->\n)[\s\S]*?(<!-- \/api -->)/;

/** The page with its tables replaced by the schema's. */
export function withApi(page: string, sdl: string): string {
  if (!TABLES.test(page)) throw new Error("docs/reference/api.md has lost its api markers");
  return page.replace(TABLES, (_all, start: string, end: string) => `${start}\n${apiTables(sdl)}\n\n${end}`);
}
