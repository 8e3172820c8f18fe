import { type ConstDirectiveNode, type DocumentNode, Kind } from "graphql";
import { argumentValue, stringArgument, textArgument } from "./directives.js";

/** One `@link` of a schema document: its specification and the local names of the elements. */
export interface Link {
  readonly url: string;
  /** The URL without its version. It identifies the specification. */
  readonly identity: string;
  /** The last path segment of the identity, e.g. `auth`. */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  /** `as`, else {@link name}: the prefix of elements that are not imported. */
  readonly namespace: string;
  /** Original element name (`@auth`, `FieldSet`) → local spelling, with the `@` kept. */
  readonly imports: ReadonlyMap<string, string>;
  readonly purpose: string | undefined;
  readonly node: ConstDirectiveNode;
}

/** Reads every `@link` of the schema definition and its extensions. Invalid ones are left to the tripwire. */
export const readLinks = (document: DocumentNode): readonly Link[] => {
  const links: Link[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const link = directive.name.value === "link" ? readLink(directive) : undefined;
      if (link !== undefined) links.push(link);
    }
  }
  return links;
};

const URL_PATTERN =
  /^(?<identity>.*\/(?<name>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*))\/v(?<major>\d+)\.(?<minor>\d+)\/?$/;

const readLink = (node: ConstDirectiveNode): Link | undefined => {
  const url = stringArgument(node, "url");
  const groups = url === undefined ? undefined : URL_PATTERN.exec(url)?.groups;
  if (url === undefined || groups === undefined) return undefined;
  const name = groups["name"] ?? "";
  return {
    url,
    identity: groups["identity"] ?? "",
    name,
    major: Number(groups["major"]),
    minor: Number(groups["minor"]),
    namespace: stringArgument(node, "as") ?? name,
    imports: readImports(node),
    purpose: textArgument(node, "for"),
    node,
  };
};

/** The raw `url` of a `@link` (`feature` of an old `@core`), readable or not. */
export const linkUrl = (node: ConstDirectiveNode): string | undefined =>
  stringArgument(node, "url") ?? stringArgument(node, "feature");

/** The namespace that a `@link` declares by `as`. */
export const linkNamespace = (node: ConstDirectiveNode): string | undefined => stringArgument(node, "as");

/** The imports of a `@link`, even if its `url` is invalid: original name → local spelling. */
export const readImports = (node: ConstDirectiveNode): ReadonlyMap<string, string> => {
  const imports = new Map<string, string>();
  const value = argumentValue(node, "import");
  if (value === undefined) return imports;
  // GraphQL takes a single item for a list of one.
  for (const item of value.kind === Kind.LIST ? value.values : [value]) {
    if (item.kind === Kind.STRING) imports.set(item.value, item.value);
    if (item.kind !== Kind.OBJECT) continue;
    const read = (key: string): string | undefined => {
      const field = item.fields.find((one) => one.name.value === key)?.value;
      return field?.kind === Kind.STRING ? field.value : undefined;
    };
    const name = read("name");
    if (name !== undefined) imports.set(name, read("as") ?? name);
  }
  return imports;
};

/**
 * Every local spelling of a directive that a link defines: the imported name, the prefixed name, and the namespace
 * alone if the specification is named after the directive.
 */
export const localNames = (link: Link, directive: string): readonly string[] => {
  const imported = link.imports.get(`@${directive}`);
  const names = [`${link.namespace}__${directive}`];
  if (imported !== undefined) names.push(imported.replace(/^@/, ""));
  else if (link.name === directive) names.push(link.namespace);
  return names;
};
