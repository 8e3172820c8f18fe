import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  visit,
} from "graphql";
import { responseKey } from "../../graphql/documents.js";

/**
 * Response keys as they are sent to subgraphs.
 *
 * The client's aliases are in the same tree as `@key` fields, `@requires` inputs and `__typename`, which the engine
 * reads by name. For `{ me { id: name reviews { id } } }` the planner at 0.0.38 used the *name* as the key of the next
 * entity look-up, so the owner of that name could choose whose reviews are fetched. `__typename: name` would choose the
 * runtime type. If two runtime types use one alias for different fields, the planner merges them by mistake. So an
 * alias that could be confused with another name, and a second meaning of one response key, are renamed before
 * planning. The response is mapped back.
 *
 * The same holds for variables: a client's `$representations` could replace the planner's and choose the entities.
 */
export interface WireNames {
  /** True when the operation uses no key and no variable that needs another name. */
  readonly unchanged: boolean;
  /** The key of this selection in the result tree. */
  keyOf(field: FieldNode): string;
  /** The client's response key of a key on the wire; other keys are returned as they are. */
  clientKey(wireKey: string): string;
  /** The name on the wire of a client's variable. */
  wireVariable(variable: string): string;
  /** The client's name of a variable on the wire; others are returned as they are. */
  clientVariable(wireVariable: string): string;
}

const PREFIX = "cardea_";

/** Every field name of a schema: an alias spelt like one of them may collide with a key or an input. */
export const fieldNamesOf = (schema: GraphQLSchema): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    if (type.name.startsWith("__")) continue;
    for (const name of Object.keys(type.getFields())) names.add(name);
  }
  return names;
};

const signatureOf = (field: FieldNode): string =>
  field.arguments === undefined || field.arguments.length === 0
    ? field.name.value
    : `${field.name.value}(${field.arguments
        .map((argument) => `${argument.name.value}:${print(argument.value)}`)
        .sort()
        .join(",")})`;

export interface ReservedNames {
  /** Every field name of the full supergraph, inaccessible elements included. */
  readonly fields: ReadonlySet<string>;
  /**
   * Fields that a `@requires` selects with arguments. If the client selects such a field with other arguments, the
   * planner at 0.0.38 gives the input an alias, but reads the client's value in batched look-ups. So the client's
   * selection is renamed instead.
   */
  readonly requiredWithArguments: ReadonlySet<string>;
}

/** The planner's own variables are `representations` and `__batch_reps_0`. */
const isOurVariable = (name: string): boolean =>
  name.startsWith("_") || name.startsWith(PREFIX) || name.startsWith("representations");

export const createWireNames = (document: DocumentNode, reserved: ReservedNames): WireNames => {
  const isAmbiguous = (key: string, fieldName: string): boolean =>
    key === fieldName
      ? reserved.requiredWithArguments.has(key)
      : key.startsWith("_") || key.startsWith(PREFIX) || key in Object.prototype || reserved.fields.has(key);

  let hasRedundantAlias = false;
  // Response key → meaning → name on the wire. The first harmless meaning keeps the client's own key.
  const names = new Map<string, Map<string, string>>();
  const clientKeys = new Map<string, string>();
  const wireVariables = new Map<string, string>();
  const clientVariables = new Map<string, string>();
  visit(document, {
    Variable({ name: { value: variable } }) {
      if (!isOurVariable(variable) || wireVariables.has(variable)) return;
      const wireVariable = `${PREFIX}${wireVariables.size}_${variable}`;
      wireVariables.set(variable, wireVariable);
      clientVariables.set(wireVariable, variable);
    },
    Field(field) {
      const key = responseKey(field);
      hasRedundantAlias ||= field.alias?.value === field.name.value;
      const meanings = names.get(key) ?? new Map<string, string>();
      names.set(key, meanings);
      const signature = signatureOf(field);
      if (meanings.has(signature)) return;
      const isTaken = meanings.size > 0 && [...meanings.values()].includes(key);
      if (!isTaken && !isAmbiguous(key, field.name.value)) {
        meanings.set(signature, key);
        return;
      }
      let wireKey = `${PREFIX}${clientKeys.size}_${key}`;
      while (reserved.fields.has(wireKey)) wireKey = `${PREFIX}${wireKey}`;
      meanings.set(signature, wireKey);
      clientKeys.set(wireKey, key);
    },
  });

  const unchanged = clientKeys.size === 0 && wireVariables.size === 0 && !hasRedundantAlias;
  const byNode = new WeakMap<FieldNode, string>();
  const findKey = (field: FieldNode): string => {
    const key = responseKey(field);
    return names.get(key)?.get(signatureOf(field)) ?? key;
  };
  return {
    unchanged,
    keyOf(field) {
      if (unchanged) return responseKey(field);
      const known = byNode.get(field);
      if (known !== undefined) return known;
      const key = findKey(field);
      byNode.set(field, key);
      return key;
    },
    clientKey: (wireKey) => clientKeys.get(wireKey) ?? wireKey,
    wireVariable: (variable) => wireVariables.get(variable) ?? variable,
    clientVariable: (wireVariable) => clientVariables.get(wireVariable) ?? wireVariable,
  };
};

/**
 * The same document with every selection under its name on the wire. `name: name` becomes `name`, because the planner
 * at 0.0.38 treats the two as a conflict and panics.
 */
export const renameForWire = (document: DocumentNode, names: WireNames): DocumentNode =>
  names.unchanged ? document : renameVariables(renameKeys(document, names), names);

const renameKeys = (document: DocumentNode, names: WireNames): DocumentNode =>
  visit(document, {
    Field: {
      // In `leave`, so that each selection is renamed once.
      leave(field) {
        const wireKey = names.keyOf(field);
        if (wireKey === field.name.value) {
          if (field.alias === undefined) return undefined;
          const { alias: _redundant, ...bare } = field;
          return bare;
        }
        if (wireKey === field.alias?.value) return undefined;
        return { ...field, alias: { kind: Kind.NAME, value: wireKey } };
      },
    },
  });

/** Runs after the keys are renamed, because the meaning of a key depends on the client's original arguments. */
const renameVariables = (document: DocumentNode, names: WireNames): DocumentNode =>
  visit(document, {
    Variable(variable) {
      const wireVariable = names.wireVariable(variable.name.value);
      if (wireVariable === variable.name.value) return undefined;
      return { ...variable, name: { kind: Kind.NAME, value: wireVariable } };
    },
  });
