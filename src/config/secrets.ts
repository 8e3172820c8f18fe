import type { Problem } from "../domain/errors.js";
import { describe } from "./problems.js";
import type { References } from "./references.js";

/** A secret with the id that is written into everything made with it. */
export interface ListedSecret {
  readonly id: number;
  readonly secret: string;
}

const MIN_CHARACTERS = 32;
/** Sixteen random bytes written in hexadecimal fall below this less than once in 10^9 draws. */
const MIN_VARIETY = 8;
const FIX = "draw a new one, e.g. `openssl rand -base64 48`";

/** A list of secrets as configured, and what the setting is called. */
export interface SecretList {
  readonly where: string;
  readonly listed: readonly ListedSecret[];
}

/**
 * Reads lists of secrets. Refused: an id twice in a list, a secret that can be guessed, and one secret in two places,
 * whatever its ids and whichever lists: what one list makes must never tell anything about the other's.
 *
 * @param production - then a secret with a pattern is refused as well; elsewhere one may be typed by hand
 * @returns the lists in the order given, references read
 */
export function resolveSecrets(
  lists: readonly SecretList[],
  references: References,
  problems: Problem[],
  production: boolean,
): readonly (readonly ListedSecret[])[] {
  const firstPlaces = new Map<string, string>();
  return lists.map(({ where: list, listed }) => {
    const ids = new Set<number>();
    return listed.map(({ id, secret: reference }, index) => {
      const where = `${list}[${index}]`;
      const secret = references.read(`${where}.secret`, reference);
      if (ids.has(id))
        problems.push({
          kind: "DUPLICATE_NAME",
          where: `${where}.id`,
          found: `id ${id} a second time`,
          allowed: "unique ids",
          fix: "give every secret its own id",
        });
      ids.add(id);
      // What could not be read is told already.
      if (secret !== "") problems.push(...weakness(`${where}.secret`, secret, production));
      const first = firstPlaces.get(secret);
      if (first !== undefined)
        problems.push({
          kind: "SHARED_SECRET",
          where: `${where}.secret`,
          found: `the secret of ${first} again`,
          allowed: "a secret of its own under each id",
          fix: FIX,
        });
      else if (secret !== "") firstPlaces.set(secret, where);
      return { id, secret };
    });
  });
}

function weakness(where: string, secret: string, production: boolean): readonly Problem[] {
  const refused = (found: string, allowed: string): readonly Problem[] => [
    { kind: "WEAK_SECRET", where, found, allowed, fix: FIX },
  ];
  if (secret.length < MIN_CHARACTERS)
    return refused(describe(secret), `at least ${MIN_CHARACTERS} characters`);
  if (new Set(secret).size < MIN_VARIETY)
    return refused("a secret of few different characters", "one drawn at random");
  if (production && !isVaried(secret)) return refused("a secret with a pattern", "one drawn at random");
  return [];
}

/**
 * Could this have been drawn at random? Few different steps from one to the next (runs such
 * as `abcdef…`), or a shorter text repeated: no.
 */
function isVaried(secret: string): boolean {
  const codes = [...secret].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return new Set(steps).size >= MIN_VARIETY && !isRepeated(secret);
}

/** Is it a text of at most half its length, said again and again? */
function isRepeated(secret: string): boolean {
  for (let period = 1; period <= secret.length / 2; period += 1)
    if (secret.startsWith(secret.slice(period))) return true;
  return false;
}
