import { byText } from "../listed.js";
import type {
  AccessChange,
  AccessChanges,
  AccessDemand,
  AccessEntry,
  AccessMap,
  PersonaChange,
} from "../model.js";

/**
 * What changed between two maps of one graph, where only the maps are at hand. `accessChanges` compares the graphs
 * themselves; this one reads the demands as the maps list them. A demand with more alternatives than are listed counts as
 * opened and as closed when its words changed, and so do demands of which neither is the stricter.
 */
export const mapChanges = (before: AccessMap, after: AccessMap): AccessChanges => {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const opened: AccessChange[] = [];
  const closed: AccessChange[] = [];
  for (const [coordinate, entry] of now) {
    const former = old.get(coordinate);
    const [was, is] = [former && before.demands[former.demand], after.demands[entry.demand]];
    if (was === undefined || is === undefined || equal(was, is)) continue;
    const change = { coordinate, before: was.text, after: is.text };
    if (!isAtLeastAsStrict(is, was)) opened.push(change);
    if (!isAtLeastAsStrict(was, is)) closed.push(change);
  }
  opened.sort(byCoordinate);
  closed.sort(byCoordinate);
  return { opened, closed, personas: personaChanges(before, after) };
};

const entriesOf = (map: AccessMap): ReadonlyMap<string, AccessEntry> =>
  new Map(
    map.types.flatMap((type) =>
      [type, ...type.members].map((entry): [string, AccessEntry] => [entry.coordinate, entry]),
    ),
  );

const equal = (left: AccessDemand, right: AccessDemand): boolean =>
  JSON.stringify({ ...left, text: "" }) === JSON.stringify({ ...right, text: "" }) &&
  left.text === right.text;

/** Does everybody who meets `strict` meet `other`, too? False when that is not certain. */
const isAtLeastAsStrict = (strict: AccessDemand, other: AccessDemand): boolean => {
  if (!strict.verified) return true;
  if (!other.verified || !strict.isComplete || !other.isComplete) return false;
  if (other.authenticated && !strict.authenticated) return false;
  const isRecent =
    other.maxAgeSeconds === null ||
    (strict.maxAgeSeconds !== null && strict.maxAgeSeconds <= other.maxAgeSeconds);
  return isRecent && implies(strict.scopes, other.scopes) && implies(strict.policies, other.policies);
};

type Alternatives = readonly (readonly string[])[];

/** Each alternative of the one holds all of some alternative of the other. No alternatives: nothing is asked. */
const implies = (strict: Alternatives, other: Alternatives): boolean =>
  other.length === 0 ||
  (strict.length > 0 &&
    strict.every((each) => other.some((one) => one.every((name) => each.includes(name)))));

const personaChanges = (before: AccessMap, after: AccessMap): readonly PersonaChange[] => {
  const found = new Map<string, { personas: string[]; gained: readonly string[]; lost: readonly string[] }>();
  for (const persona of personasOf(before, after)) {
    const [was, is] = [reachedBy(before, persona), reachedBy(after, persona)];
    const gained = [...is].filter((coordinate) => !was.has(coordinate)).sort(byText);
    const lost = [...was].filter((coordinate) => !is.has(coordinate)).sort(byText);
    if (gained.length + lost.length === 0) continue;
    const key = JSON.stringify([gained, lost]);
    const same = found.get(key);
    if (same === undefined) found.set(key, { personas: [persona], gained, lost });
    else same.personas.push(persona);
  }
  return [...found.values()];
};

/** Those of both maps, in the order of a map: scopes by name between the signed-in caller and the thief. */
const personasOf = (before: AccessMap, after: AccessMap): readonly string[] => {
  const scopes = [...before.personas, ...after.personas].flatMap(({ id, kind }) =>
    kind === "scope" ? [id] : [],
  );
  return ["visitor", "signedIn", ...[...new Set(scopes)].sort(byText), "stolenToken", "everything"];
};

/** Coordinates that a persona reaches. Who has a scope that no guard asks for reaches what every signed-in caller reaches. */
const reachedBy = (map: AccessMap, persona: string): ReadonlySet<string> => {
  const id = map.personas.some((one) => one.id === persona) ? persona : "signedIn";
  const opens = map.reach.map(({ reached }) => reached.includes(id));
  return new Set(
    [...entriesOf(map).values()].flatMap(({ coordinate, isHidden, reach }) =>
      !isHidden && opens[reach] === true ? [coordinate] : [],
    ),
  );
};

const byCoordinate = (left: AccessChange, right: AccessChange): number =>
  byText(left.coordinate, right.coordinate);
