import type { GraphQLSchema } from "graphql";
import { getNamedType, isInputObjectType } from "graphql";
import { type InputRule, OPEN_ID, type RequirementId, type RequirementTable } from "./rules.js";

export interface InputRules {
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, InputRule>>;
  readonly closure: ReadonlyMap<string, ReadonlySet<RequirementId>>;
  /** The input object's name if anything in it is guarded, at any depth. */
  guardedObject(typeName: string): string | undefined;
}

/** Builds the rules of input objects. Types may be recursive, so "is anything below guarded" is a fixed point. */
export const inputRules = (
  schema: GraphQLSchema,
  table: RequirementTable,
  idAt: (coordinate: string) => RequirementId,
  guardOfType: (name: string) => RequirementId,
): InputRules => {
  const edges = new Map<string, readonly string[]>();
  const own = new Map<string, Map<string, { readonly requirement: RequirementId; readonly type: string }>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type)) continue;
    const fields = new Map<string, { readonly requirement: RequirementId; readonly type: string }>();
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type).name;
      const requirement = table.and([idAt(`${type.name}.${field.name}`), guardOfType(named)]);
      fields.set(field.name, { requirement, type: named });
    }
    own.set(type.name, fields);
    edges.set(type.name, [...new Set([...fields.values()].map((one) => one.type))]);
  }

  const closure = new Map<string, Set<RequirementId>>();
  for (const [name, fields] of own) {
    closure.set(
      name,
      new Set([...fields.values()].map((one) => one.requirement).filter((id) => id !== OPEN_ID)),
    );
  }
  let grown = true;
  while (grown) {
    grown = false;
    for (const [name, reached] of closure) {
      for (const below of edges.get(name) ?? []) {
        for (const id of closure.get(below) ?? []) {
          if (reached.has(id)) continue;
          reached.add(id);
          grown = true;
        }
      }
    }
  }

  const guardedObject = (name: string): string | undefined =>
    (closure.get(name)?.size ?? 0) > 0 ? name : undefined;
  const fields = new Map<string, ReadonlyMap<string, InputRule>>();
  for (const [name, members] of own) {
    fields.set(
      name,
      new Map(
        [...members].map(([field, { requirement, type }]) => [
          field,
          { coordinate: `${name}.${field}`, requirement, object: guardedObject(type) },
        ]),
      ),
    );
  }
  return { fields, closure, guardedObject };
};
