import type { MemberDescription, TypeDescription } from "../../schema/protocol.js";

/** An operation that selects one root field, with a variable for each argument that is required. */
export function operationFor(root: NonNullable<TypeDescription["root"]>, field: MemberDescription): string {
  const required = field.arguments.filter(
    ({ type, defaultValue }) => type.endsWith("!") && defaultValue === undefined,
  );
  const listed = (of: (argument: { readonly name: string; readonly type: string }) => string): string =>
    required.length === 0 ? "" : `(${required.map(of).join(", ")})`;
  const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
  const selection = field.isLeaf ? "" : " {\n    __typename\n  }";
  return `${root} ${name}${listed((each) => `$${each.name}: ${each.type}`)} {
  ${field.name}${listed((each) => `${each.name}: $${each.name}`)}${selection}
}`;
}
