import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import type { DemandOf } from "./demands.js";
import { kindOfType } from "./describe.js";
import type { SearchHit, SearchOutcome } from "./protocol.js";

const MAX_HITS = 100;

interface Entry {
  readonly coordinate: string;
  readonly kind: string;
  readonly lowerCase: string;
}

/** @returns answers a search for types and members. No words: the types, roots first. */
export function createSearch(schema: GraphQLSchema, demandOf: DemandOf): (words: string) => SearchOutcome {
  const entries = entriesOf(schema);
  const hit = ({ coordinate, kind }: Entry): SearchHit => ({
    coordinate,
    kind,
    isGuarded: demandOf(coordinate) !== undefined,
  });
  return (words) => {
    const wanted = words
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const found =
      wanted.length === 0
        ? entries.filter(({ coordinate }) => !coordinate.includes("."))
        : entries
            .filter(({ lowerCase }) => wanted.every((word) => lowerCase.includes(word)))
            .sort((one, other) => rank(one, wanted) - rank(other, wanted));
    return { total: found.length, hits: found.slice(0, MAX_HITS).map(hit) };
  };
}

/** The whole name, its beginning, the beginning of a member's name, anywhere; shorter names first. */
function rank({ lowerCase }: Entry, [first = ""]: readonly string[]): number {
  const name = lowerCase.slice(lowerCase.indexOf(".") + 1);
  const place =
    lowerCase === first || name === first
      ? 0
      : lowerCase.startsWith(first)
        ? 1
        : name.startsWith(first)
          ? 2
          : 3;
  return place * 1000 + lowerCase.length;
}

function entriesOf(schema: GraphQLSchema): readonly Entry[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith("__"))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const ordered = [
    ...roots.filter((type) => type !== undefined && type !== null),
    ...types.filter((type) => !roots.some((root) => root === type)),
  ];
  const entry = (coordinate: string, kind: string): Entry => ({
    coordinate,
    kind,
    lowerCase: coordinate.toLowerCase(),
  });
  return ordered.flatMap((type) => {
    const members =
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.keys(type.getFields()).map((name) => entry(`${type.name}.${name}`, "field"))
        : isEnumType(type)
          ? type.getValues().map(({ name }) => entry(`${type.name}.${name}`, "value"))
          : [];
    return [entry(type.name, kindOfType(type)), ...members];
  });
}
