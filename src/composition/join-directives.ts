import { type ConstDirectiveNode, Kind } from "graphql";
import { parseDirectives } from "../graphql/directives.js";

/** `@join__…` directives of a node by name, and all its other directives. */
export const joinsOf = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): { readonly found: readonly ConstDirectiveNode[]; readonly others: readonly ConstDirectiveNode[] } => {
  const directives = node.directives ?? [];
  return {
    found: directives.filter((one) => one.name.value === name),
    others: directives.filter((one) => one.name.value !== name),
  };
};

/** @param words - arguments as text: `external: true`, `requires: "…"` */
export const joinField = (graph: string, words: readonly string[] = []): ConstDirectiveNode => {
  const [directive] = parseDirectives(`@join__field(${[`graph: ${graph}`, ...words].join(", ")})`);
  if (directive === undefined) throw new TypeError("a directive that was just written does not parse");
  return directive;
};

/** The same directive with another value of an argument, or without the argument. */
export const withArgument = (
  directive: ConstDirectiveNode,
  argument: "type" | "overrideLabel",
  text: string | undefined,
): ConstDirectiveNode => {
  const kept = (directive.arguments ?? []).filter(({ name }) => name.value !== argument);
  if (text === undefined) return { ...directive, arguments: kept };
  const name = { kind: Kind.NAME, value: argument } as const;
  const value = { kind: Kind.STRING, value: text } as const;
  return { ...directive, arguments: [...kept, { kind: Kind.ARGUMENT, name, value }] };
};
