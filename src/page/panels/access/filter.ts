import type { AccessMap, AccessType } from "../../../access-map/model.js";
import { TYPE_GROUPS } from "../../../access-map/pictures/who.js";

export interface AccessFilter {
  /** Part of a coordinate, in any case. Empty: all. */
  readonly text: string;
  /** Only types of which this persona reaches something. Empty: all. */
  readonly persona: string;
  /** Only types of which something demands something. */
  readonly isGuarded: boolean;
}

export const NO_FILTER: AccessFilter = { text: "", persona: "", isGuarded: false };

/** A type in its group, with what a filter reads of it. */
export interface IndexedType {
  readonly type: AccessType;
  readonly group: string;
  readonly isGuarded: boolean;
  /** All coordinates in lower case. */
  readonly text: string;
  /** Places in the table of the map: who reaches something of it. */
  readonly reach: readonly number[];
}

/** All types, by group and then by name. Computed once a map, so that a keystroke costs little. */
export const indexTypes = (map: AccessMap): readonly IndexedType[] =>
  TYPE_GROUPS.flatMap(([group, belongs]) =>
    map.types.filter(belongs).map((type) => {
      const entries = [type, ...type.members];
      return {
        type,
        group,
        isGuarded: entries.some(({ demand }) => demand !== 0),
        text: entries.map(({ coordinate }) => coordinate.toLowerCase()).join("\n"),
        reach: [...new Set((type.members.length === 0 ? [type] : type.members).map(({ reach }) => reach))],
      };
    }),
  );

export const filterTypes = (
  map: AccessMap,
  types: readonly IndexedType[],
  { text, persona, isGuarded }: AccessFilter,
): readonly IndexedType[] => {
  const wanted = text.trim().toLowerCase();
  const reached = map.reach.map((one) => one.reached.includes(persona));
  return types.filter(
    (one) =>
      one.text.includes(wanted) &&
      (!isGuarded || one.isGuarded) &&
      (persona === "" || one.reach.some((place) => reached[place] === true)),
  );
};
