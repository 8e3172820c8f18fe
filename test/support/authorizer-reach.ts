import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  Kind,
  parse,
} from "graphql";
import type { AuthorizedGraph } from "../../src/authorization/index.js";
import type { Principal } from "../../src/domain/principal.js";

/** The response key of the selection that an operation tests. */
const MARK = "zz";

/** A type on a path from a root: wraps a selection on it into a whole operation. */
interface Place {
  readonly type: GraphQLObjectType | GraphQLInterfaceType;
  readonly root: "query" | "mutation";
  readonly around: (selection: string) => string;
}

/**
 * Determines what one caller reaches by deciding one operation after the other, going further below everything that is
 * granted: object types, fields, arguments and input fields. A policy call makes the answer a promise.
 */
export const askReach = async (
  graph: AuthorizedGraph,
  principal: Principal,
): Promise<{ readonly found: ReadonlySet<string>; readonly asked: number }> => {
  const { apiSchema: schema, authorizer } = graph;
  const found = new Set<string>();
  let asked = 0;
  /** @param type - what the object around has to be; `__typename` is fetched of a denied one too, and then withheld */
  const isGranted = async (text: string, type?: string): Promise<boolean> => {
    asked += 1;
    const document = parse(text);
    const operation = getOperationAST(document);
    if (operation === null || operation === undefined) throw new Error(text);
    const input = { principal, variables: {}, nowSeconds: 0, degraded: false };
    const { decision, analysis, verdict } = await graph.inspect(
      authorizer.compile(document, operation),
      input,
    );
    const isWithheld =
      type !== undefined &&
      analysis.guardedSelections.some(
        (selection) =>
          selection.kind === "position" &&
          selection.types.has(type) &&
          standsRightAbove(selection.node) &&
          verdict(selection) !== "GRANTED",
      );
    return !isWithheld && "plannable" in decision && decision.plannable?.text.includes(MARK) === true;
  };
  const askInput = async (place: Place, name: string, write: (literal: string) => string): Promise<void> => {
    const seen = new Set<string>();
    const pending = [{ name, write }];
    for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
      const type = schema.getType(one.name);
      if (!isInputObjectType(type) || seen.has(one.name)) continue;
      seen.add(one.name);
      for (const field of Object.values(type.getFields())) {
        const { write: outer } = one;
        const inner = (literal: string): string =>
          outer(`{ ${[...requiredOf(type.getFields(), field), `${field.name}: ${literal}`].join(", ")} }`);
        // Below what is refused nothing is granted, and another way to the same input object may be open.
        if (!(await isGranted(`${place.root} ${place.around(inner(least(field.type)))}`))) continue;
        found.add(`${type.name}.${field.name}`);
        pending.push({ name: getNamedType(field.type).name, write: inner });
      }
    }
  };
  const visited = new Set<string>();
  const pending: Place[] = [];
  const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() };
  for (const root of ["query", "mutation"] as const) {
    const type = roots[root];
    if (type) pending.push({ type, root, around: (selection) => `{ ${selection} }` });
  }
  for (let place = pending.shift(); place !== undefined; place = pending.shift()) {
    const { type, root, around } = place;
    if (visited.has(`${root} ${type.name}`)) continue;
    visited.add(`${root} ${type.name}`);
    for (const named of [type, ...type.getInterfaces()]) {
      for (const field of Object.values(named.getFields())) {
        const returned = getNamedType(field.type);
        const on = (selection: string) =>
          around(named === type ? selection : `... on ${named.name} { ${selection} }`);
        const head = (args: readonly string[], key: string) =>
          `${key}: ${field.name}${args.length === 0 ? "" : `(${args.join(", ")})`}`;
        const required = requiredOf(field.args);
        const tail = isCompositeType(returned) ? " { __typename }" : "";
        const coordinate = `${named.name}.${field.name}`;
        if (await isGranted(`${root} ${on(head(required, MARK) + tail)}`)) {
          found.add(coordinate);
          for (const one of concrete(schema, returned.name)) {
            const below = (selection: string) =>
              on(`${head(required, "k")} { ... on ${one.name} { ${selection} } }`);
            if (!(await isGranted(`${root} ${below(`${MARK}: __typename`)}`, one.name))) continue;
            if (isObjectType(one)) found.add(one.name);
            pending.push({ type: one, root, around: below });
          }
        }
        for (const argument of field.args) {
          const write = (literal: string) =>
            head([...requiredOf(field.args, argument), `${argument.name}: ${literal}`], MARK) + tail;
          if (await isGranted(`${root} ${on(write(least(argument.type)))}`))
            found.add(`${coordinate}(${argument.name}:)`);
          await askInput({ ...place, around: on }, getNamedType(argument.type).name, write);
        }
      }
    }
  }
  return { found, asked };
};

/** Is it the field whose fragment selects the mark? */
const standsRightAbove = ({ selectionSet }: FieldNode): boolean => {
  const [fragment] = selectionSet?.selections ?? [];
  if (fragment?.kind !== Kind.INLINE_FRAGMENT) return false;
  const [marked] = fragment.selectionSet.selections;
  return marked?.kind === Kind.FIELD && marked.alias?.value === MARK;
};

type Given = GraphQLArgument | GraphQLInputField;

/** What cannot be left out, with the least value; without the one given. */
const requiredOf = (
  given: readonly Given[] | Readonly<Record<string, Given>>,
  without?: Given,
): readonly string[] =>
  Object.values(given)
    .filter((one) => one !== without && isRequiredInputField(one))
    .map((one) => `${one.name}: ${least(one.type)}`);

/** The literal that provides least. */
const least = (type: GraphQLInputType): string => {
  if (!isNonNullType(type)) return "null";
  const inner = type.ofType;
  if (isListType(inner)) return "[]";
  if (isInputObjectType(inner)) return `{ ${requiredOf(inner.getFields()).join(", ")} }`;
  if (isEnumType(inner)) return inner.getValues()[0]?.name ?? "null";
  return inner.name === "Int" ? "1" : inner.name === "Boolean" ? "true" : '"s"';
};

/** What an object can be there: object types, and interfaces no object type implements. */
const concrete = (
  schema: GraphQLSchema,
  name: string,
): readonly (GraphQLObjectType | GraphQLInterfaceType)[] => {
  const type = schema.getType(name);
  if (isObjectType(type)) return [type];
  if (!isAbstractType(type)) return [];
  const objects = schema.getPossibleTypes(type);
  if (!isInterfaceType(type)) return objects;
  return [...objects, type, ...schema.getImplementations(type).interfaces].filter(
    (one) => isObjectType(one) || schema.getPossibleTypes(one).length === 0,
  );
};
