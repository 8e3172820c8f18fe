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
 * Response keys as subgraphs see them.
 *
 * The client's aliases share a tree with `@key` fields, `@requires` inputs and `__typename`, which the engine
 * reads by name. `{ me { id: name reviews { id } } }` made the planner at 0.0.38 use the *name* as the key of
 * the next entity look-up: whoever controls that name chooses whose reviews are fetched. `__typename: name`
 * would choose the runtime type. And where two runtime types use one alias for different fields, the planner
 * merges what it must not. So every alias that could be mistaken for something else, and every second meaning
 * of one response key, travels under a name of our own, and the answer is projected back.
 *
 * Variables likewise: a client's `$representations` beside the planner's own would choose the entities that are looked up.
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
   * Fields some `@requires` asks with arguments. The planner at 0.0.38 gives such an input an alias when the client
   * selects the same field otherwise, and in batched look-ups then reads the client's value; so the client's
   * selection takes the other name.
   */
  readonly requiredWithArguments: ReadonlySet<string>;
}

/** The planner's own are `representations` and `__batch_reps_0`. */
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
 * The same document with every selection under its name on the wire. `name: name` becomes `name`: the planner at
 * 0.0.38 takes the two for a conflict, and panics.
 */
export const renameForWire = (document: DocumentNode, names: WireNames): DocumentNode =>
  names.unchanged ? document : renameVariables(renameKeys(document, names), names);

const renameKeys = (document: DocumentNode, names: WireNames): DocumentNode =>
  visit(document, {
    Field: {
      // On the way out, so that a selection is renamed once.
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

/** Runs after the keys, because the meaning of a key depends on its arguments as the client wrote them. */
const renameVariables = (document: DocumentNode, names: WireNames): DocumentNode =>
  visit(document, {
    Variable(variable) {
      const wireVariable = names.wireVariable(variable.name.value);
      if (wireVariable === variable.name.value) return undefined;
      return { ...variable, name: { kind: Kind.NAME, value: wireVariable } };
    },
  });
