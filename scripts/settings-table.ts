import type { JsonSchema } from "../src/config/json-schema.js";

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, "ms"],
  [/Seconds$/, "s"],
  [/Bytes$/, "bytes"],
];

const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

function typeOf(node: JsonSchema): string {
  if (node.enum !== undefined) return node.enum.map(code).join(" \\| ");
  if (node.const !== undefined) return code(node.const);
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" or ");
  if (node.type === "array") return `list of ${node.items === undefined ? "values" : typeOf(node.items)}`;
  if (node.properties !== undefined)
    return `{ ${Object.entries(node.properties)
      .map(([name, child]) => `${name}: ${typeOf(child)}`)
      .join(", ")} }`;
  return node.type ?? "function";
}

function row(path: string, node: JsonSchema): string {
  const name = path.split(".").at(-1) ?? "";
  const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? "";
  const fallback = node.default === undefined || node.default === "" ? "" : code(node.default);
  return `| \`${path}\` | ${typeOf(node)} | ${unit} | ${fallback} | ${(node.description ?? "").replaceAll("|", "\\|")} |`;
}

function rowsUnder(node: JsonSchema, path: string): readonly string[] {
  if (node.properties !== undefined)
    return Object.entries(node.properties).flatMap(([name, child]) =>
      rowsUnder(child, path === "" ? name : `${path}.${name}`),
    );
  if (typeof node.additionalProperties === "object") {
    const inner = rowsUnder(node.additionalProperties, `${path}.<name>`);
    // A map with a description gets its own row above its entries.
    return node.description === undefined
      ? inner
      : [row(path, { type: "map", description: node.description }), ...inner];
  }
  if (node.type === "array" && node.items?.properties !== undefined)
    return rowsUnder(node.items, `${path}[]`);
  return [row(path, node)];
}

/** Every setting of the configuration schema as a Markdown table. */
export const settingsTable = (schema: JsonSchema): string =>
  ["| setting | type | unit | default | effect |", "|---|---|---|---|---|", ...rowsUnder(schema, "")].join(
    "\n",
  );

const TABLE = /(<!-- settings: .*? -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** Replaces the table of the manual by the one of the schema. */
export function withSettings(manual: string, schema: JsonSchema): string {
  if (!TABLE.test(manual)) throw new Error("docs/reference/configuration.md has lost its settings markers");
  return manual.replace(
    TABLE,
    (_all, start: string, end: string) => `${start}\n${settingsTable(schema)}\n\n${end}`,
  );
}
