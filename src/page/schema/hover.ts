import type { GraphQLSchema } from "graphql";
import { getTokenAtPosition, getTypeInfo } from "graphql-language-service";
import { positionAt } from "./complete.js";
import type { Demand, HoverText } from "./protocol.js";

/**
 * What a name in an operation means.
 *
 * @param demandOf - the demand of a coordinate, if the access map is known
 */
export function hover(
  text: string,
  offset: number,
  schema: GraphQLSchema,
  demandOf: (coordinate: string) => Demand | undefined,
): HoverText | undefined {
  const span = wordAt(text, offset);
  if (span === undefined) return undefined;
  const token = getTokenAtPosition(text, positionAt(text, span.to), 1);
  const { kind, step } = token.state;
  const info = getTypeInfo(schema, token.state);
  const { fieldDef, argDef, enumValue, directiveDef, parentType } = info;
  const said = (
    signature: string,
    described: {
      readonly description?: string | null | undefined;
      readonly deprecationReason?: string | null | undefined;
    },
    coordinate: string | undefined,
  ): HoverText => ({
    ...span,
    signature,
    description: described.description ?? "",
    deprecated: described.deprecationReason ?? undefined,
    demand: coordinate === undefined ? undefined : demandOf(coordinate),
  });
  const parent = parentType === undefined || parentType === null ? undefined : String(parentType);
  if ((kind === "Field" && step === 0) || (kind === "AliasedField" && step === 2)) {
    if (fieldDef === undefined || fieldDef === null || parent === undefined) return undefined;
    const coordinate = `${parent}.${fieldDef.name}`;
    return said(`${coordinate}: ${String(fieldDef.type)}`, fieldDef, coordinate);
  }
  if (kind === "Argument" && step === 0 && argDef !== undefined && argDef !== null) {
    const owner = fieldDef === undefined || fieldDef === null ? "" : `${parent}.${fieldDef.name}`;
    const coordinate = owner === "" ? undefined : `${owner}(${argDef.name}:)`;
    return said(`${argDef.name}: ${String(argDef.type)}`, argDef, coordinate);
  }
  if (kind === "Directive" && step === 1 && directiveDef !== undefined && directiveDef !== null)
    return said(`@${directiveDef.name}`, directiveDef, undefined);
  if (kind === "EnumValue" && enumValue !== undefined && enumValue !== null && "description" in enumValue)
    return said(enumValue.name, enumValue, undefined);
  const named = kind === "NamedType" ? schema.getType(text.slice(span.from, span.to)) : undefined;
  return named === undefined ? undefined : said(named.name, { description: named.description }, named.name);
}

function wordAt(text: string, offset: number): { readonly from: number; readonly to: number } | undefined {
  const isWord = (at: number): boolean => /\w/.test(text[at] ?? "");
  let from = offset;
  let to = offset;
  while (from > 0 && isWord(from - 1)) from -= 1;
  while (to < text.length && isWord(to)) to += 1;
  return from === to ? undefined : { from, to };
}
