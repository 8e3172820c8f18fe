import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

/** A seeded source of choices: equal seeds make equal operations. */
export interface Dice {
  /** 0 ≤ result < 1. */
  roll(): number;
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** mulberry32: small, well spread, and the same everywhere. */
export const createDice = (seed: number): Dice => {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    roll,
    below: (limit) => Math.floor(roll() * limit),
    chance: (probability) => roll() < probability,
    pick: (items) => {
      const item = items[Math.floor(roll() * items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
  };
};

export interface RandomOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface RandomOperationOptions {
  /** Values for arguments and variables by type name, if the kind of the type is not enough to choose one. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly maxDepth?: number;
  /** Sometimes generate mutations too. Default false, because two runs must have the same result. */
  readonly mutations?: boolean;
}

/**
 * A random valid operation over a schema, a mutation now and then: aliases (hostile ones too), fragments named and
 * inline, interfaces and unions, `@skip`/`@include` with literals and variables, arguments by literal and by
 * variable.
 *
 * It is valid but for conflicts between equal response keys, which the caller must sort out with graphql-js's own
 * `validate`.
 */
export const randomOperation = (
  schema: GraphQLSchema,
  dice: Dice,
  options: RandomOperationOptions,
): RandomOperation => {
  const variables: Record<string, unknown> = {};
  const declarations: string[] = [];
  const fragments: string[] = [];
  // Deep ones find the most; shallow ones are many.
  const maxDepth = options.maxDepth ?? 3 + dice.below(3);
  const types = Object.values(schema.getTypeMap());

  const declare = (type: string, value: unknown, defaultValue?: string): string => {
    const name = `v${declarations.length}`;
    declarations.push(`$${name}: ${type}${defaultValue === undefined ? "" : ` = ${defaultValue}`}`);
    if (value !== undefined) variables[name] = value;
    return `$${name}`;
  };

  const valueFor = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) {
      const value = valueFor(type.ofType, depth);
      return value === null ? valueForNamed(getNamedType(type), depth) : value;
    }
    if (dice.chance(0.05)) return null;
    if (isListType(type)) {
      return Array.from({ length: dice.below(3) }, () => valueFor(type.ofType, depth + 1));
    }
    return valueForNamed(getNamedType(type), depth);
  };

  const valueForNamed = (type: GraphQLNamedType, depth: number): unknown => {
    const given = options.values[type.name];
    if (given !== undefined) return dice.pick(given);
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const entries: [string, unknown][] = [];
      for (const field of Object.values(type.getFields())) {
        if (!isNonNullType(field.type) && (depth > 2 || dice.chance(0.4))) continue;
        entries.push([field.name, valueFor(field.type, depth + 1)]);
      }
      return Object.fromEntries(entries);
    }
    switch (type.name) {
      case "Int":
        return dice.below(4);
      case "Float":
        return dice.below(40) / 4;
      case "Boolean":
        return dice.chance(0.5);
      default:
        return dice.pick(["1", "2", "3", "x"]);
    }
  };

  const literal = (value: unknown, type: GraphQLInputType): string => {
    if (value === null) return "null";
    if (isNonNullType(type)) return literal(value, type.ofType);
    if (isListType(type)) {
      return Array.isArray(value)
        ? `[${value.map((item) => literal(item, type.ofType)).join(", ")}]`
        : literal(value, type.ofType);
    }
    if (isEnumType(type)) return String(value);
    if (isInputObjectType(type)) {
      const fields = type.getFields();
      const parts = Object.entries(value as Record<string, unknown>).map(([name, item]) => {
        const field = fields[name];
        return field === undefined ? "" : `${name}: ${literal(item, field.type)}`;
      });
      return `{${parts.join(", ")}}`;
    }
    return JSON.stringify(value);
  };

  const isAlone = (type: GraphQLNamedType): boolean =>
    isInterfaceType(type) && schema.getPossibleTypes(type).length === 0;

  // No subgraph can name the type of an interface without implementations, so its selections are unconditional.
  const condition = (parent?: GraphQLNamedType): string => {
    if (!dice.chance(0.12) || (parent !== undefined && isAlone(parent))) return "";
    const directive = dice.pick(["skip", "include"]);
    const value = dice.chance(0.5);
    if (dice.chance(0.3)) return ` @${directive}(if: ${value})`;
    const byDefault = dice.chance(0.3);
    return ` @${directive}(if: ${
      byDefault ? declare("Boolean", undefined, String(value)) : declare("Boolean!", value)
    })`;
  };

  const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
    const parts: string[] = [];
    for (const argument of field.args) {
      const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
      if (!isRequired && dice.chance(0.4)) continue;
      const value = valueFor(argument.type, 0);
      const isNullable = !isNonNullType(argument.type);
      if (value === null && !isNullable) continue;
      parts.push(
        `${argument.name}: ${
          dice.chance(0.4) ? declare(String(argument.type), value) : literal(value, argument.type)
        }`,
      );
    }
    return parts.length === 0 ? "" : `(${parts.join(", ")})`;
  };

  const hostile = [
    "id",
    "name",
    "__typename",
    "constructor",
    "__proto__",
    "toString",
    "_internal_qp_alias_0",
  ];
  // Some names return, so that equal keys meet; too many, and nearly every operation is invalid.
  let fresh = 0;
  const alias = (): string => {
    if (!dice.chance(0.2)) return "";
    if (dice.chance(0.25)) return `${dice.pick(hostile)}: `;
    if (dice.chance(0.3)) return `${dice.pick(["a", "b", "c"])}: `;
    fresh += 1;
    return `n${fresh}: `;
  };

  const overlapping = (type: GraphQLNamedType): readonly GraphQLNamedType[] => {
    const possible = (candidate: GraphQLNamedType): readonly string[] => {
      const types = isAbstractType(candidate) ? schema.getPossibleTypes(candidate) : [];
      if (types.length > 0) return types.map((item) => item.name);
      // An interface without implementations is its own possible type.
      return isObjectType(candidate) || isInterfaceType(candidate) ? [candidate.name] : [];
    };
    const own = new Set(possible(type));
    return types.filter(
      (candidate) =>
        !candidate.name.startsWith("__") &&
        (isObjectType(candidate) || isAbstractType(candidate)) &&
        possible(candidate).some((name) => own.has(name)),
    );
  };

  const fieldText = (
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType,
    depth: number,
  ): string => {
    const named = getNamedType(field.type);
    const nested = isCompositeType(named) ? ` ${selectionSet(named, depth + 1)}` : "";
    return `${alias()}${field.name}${argumentsOf(field)}${condition(parent)}${nested}`;
  };

  const selectionSet = (type: GraphQLNamedType, depth: number): string => {
    const parts: string[] = [];
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const open = fields.filter((field) => depth < maxDepth || !isCompositeType(getNamedType(field.type)));
    const wanted = 1 + dice.below(depth === 0 ? 3 : 4);
    for (let i = 0; i < wanted && open.length > 0; i += 1)
      parts.push(fieldText(dice.pick(open), type, depth));
    if (dice.chance(0.2) && !isAlone(type)) parts.push(dice.chance(0.3) ? "t: __typename" : "__typename");
    const narrow = depth > 0 && depth < maxDepth ? overlapping(type) : [];
    const times = isUnionType(type)
      ? 1 + dice.below(3)
      : isAbstractType(type)
        ? dice.below(3)
        : dice.chance(0.15)
          ? 1
          : 0;
    for (let i = 0; i < times && narrow.length > 0; i += 1) {
      const target = dice.pick(narrow);
      const inner = selectionSet(target, depth + 1);
      if (dice.chance(0.3)) {
        const name = `F${fragments.length}`;
        fragments.push(`fragment ${name} on ${target.name} ${inner}`);
        parts.push(`...${name}${condition(type)}`);
      } else parts.push(`... on ${target.name}${condition(type)} ${inner}`);
    }
    if (dice.chance(0.05) && open.length > 0) {
      parts.push(`...${condition(type)} { ${fieldText(dice.pick(open), type, depth)} }`);
    }
    if (parts.length === 0) parts.push("__typename");
    return `{ ${parts.join(" ")} }`;
  };

  const mutation = schema.getMutationType();
  const hasMutations = options.mutations === true && mutation !== undefined && mutation !== null;
  const isMutation = hasMutations && dice.chance(0.1);
  const root = isMutation ? mutation : schema.getQueryType();
  if (root === undefined || root === null) throw new TypeError("a schema without queries");
  const body = selectionSet(root, 0);
  const keyword = isMutation ? "mutation" : "query";
  const head = declarations.length === 0 ? `${keyword} Q` : `${keyword} Q(${declarations.join(", ")})`;
  return { text: [`${head} ${body}`, ...fragments].join("\n"), variables };
};
