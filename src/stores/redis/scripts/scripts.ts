import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script with its digest, by which Redis finds it. */
export interface Script {
  readonly name: string;
  readonly text: string;
  readonly sha: string;
}

const read = (name: string): string => readFileSync(new URL(`./${name}.lua`, import.meta.url), "utf8");

/**
 * Inserts the files of `lib` at the `include` lines of a script. So each script gets only what it needs: with a prelude
 * of all functions, creating these took more time than the commands of the script.
 */
const resolve = (text: string): string =>
  text.replace(/^ *-- include: (\w+)$/gm, (_, piece: string) => resolve(read(`lib/${piece}`)));

function load(name: string): Script {
  const text = resolve(read(name));
  return { name, text, sha: createHash("sha1").update(text).digest("hex") };
}

/** Each script is one atomic command. */
export const SCRIPTS = {
  create: load("create"),
  rotate: load("rotate"),
  elevate: load("elevate"),
  renew: load("renew"),
  see: load("see"),
  revoke: load("revoke"),
  revokeOthers: load("revoke_others"),
  revokeAll: load("revoke_all"),
  revokeOutside: load("revoke_outside"),
  notBefore: load("not_before"),
  find: load("find"),
  findMany: load("find_many"),
  user: load("user"),
  poll: load("poll"),
  pollShared: load("poll_shared"),
  resubmit: load("resubmit"),
  take: load("take"),
  giveBack: load("give_back"),
  forget: load("forget"),
  announce: load("announce"),
  probe: load("probe"),
} as const satisfies Record<string, Script>;
