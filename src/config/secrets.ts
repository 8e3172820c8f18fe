import type { Problem } from "../domain/errors.js";
import { describe } from "./problems.js";
import type { References } from "./references.js";

/** A secret and the id that is written into every token made with it. */
export interface ListedSecret {
  readonly id: number;
  readonly secret: string;
}

const MIN_CHARACTERS = 32;
/** Sixteen random bytes in hexadecimal have fewer different characters less than once in 10^9 cases. */
const MIN_VARIETY = 8;
const FIX = "generate a new one, e.g. with `openssl rand -base64 48`";

/** A configured list of secrets and the path of its setting. */
export interface SecretList {
  readonly where: string;
  readonly listed: readonly ListedSecret[];
}

/** Resolves the reference to one secret, and reports what is wrong with it. @returns "" for one that cannot be read */
export type ReadSecret = (where: string, reference: string) => string;

/**
 * Reads secrets one after the other. It refuses a weak secret, and one that was read before: tokens of one kind must not
 * reveal anything about the secrets of another, and no client may have the secret of another.
 *
 * @param production - refuse a secret with a pattern too; elsewhere a secret may be typed by hand
 */
export function createSecretReader(
  references: References,
  problems: Problem[],
  production: boolean,
): ReadSecret {
  const firstPlaces = new Map<string, string>();
  return (where, reference) => {
    const secret = references.read(where, reference);
    // An unreadable reference has been reported already.
    if (secret === "") return secret;
    problems.push(...weakness(where, secret, production));
    const first = firstPlaces.get(secret);
    if (first === undefined) firstPlaces.set(secret, where);
    else
      problems.push({
        kind: "SHARED_SECRET",
        where,
        found: `the same secret as ${first}`,
        allowed: "a different secret in each place",
        fix: FIX,
      });
    return secret;
  };
}

/** Reads lists of secrets with ids, and refuses a duplicate id in a list. @returns the lists in the given order */
export function resolveSecrets(
  lists: readonly SecretList[],
  read: ReadSecret,
  problems: Problem[],
): readonly (readonly ListedSecret[])[] {
  return lists.map(({ where: list, listed }) => {
    const ids = new Set<number>();
    return listed.map(({ id, secret: reference }, index) => {
      const where = `${list}[${index}]`;
      if (ids.has(id))
        problems.push({
          kind: "DUPLICATE_NAME",
          where: `${where}.id`,
          found: `id ${id} twice`,
          allowed: "unique ids",
          fix: "give every secret its own id",
        });
      ids.add(id);
      return { id, secret: read(`${where}.secret`, reference) };
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
    return refused("a secret of few different characters", "a random secret");
  if (production && !isVaried(secret)) return refused("a secret with a pattern", "a random secret");
  return [];
}

/**
 * Could this secret be random? Not if it has few different steps between neighbouring characters (such as `abcdef…`),
 * or repeats a shorter text.
 */
function isVaried(secret: string): boolean {
  const codes = [...secret].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return new Set(steps).size >= MIN_VARIETY && !isRepeated(secret);
}

/** Does it repeat a text of at most half its length? */
function isRepeated(secret: string): boolean {
  for (let period = 1; period <= secret.length / 2; period += 1)
    if (secret.startsWith(secret.slice(period))) return true;
  return false;
}
