import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script with the name Redis knows it by. */
export interface Script {
  readonly name: string;
  readonly text: string;
  readonly sha: string;
}

const read = (name: string): string => readFileSync(new URL(`./${name}.lua`, import.meta.url), "utf8");

/**
 * Puts the pieces of `lib` where a script names them, so that each says where it takes its own from, and that
 * what a call does not need is not created for it: a shared prelude of functions cost more than the commands it ran.
 */
const resolve = (text: string): string =>
  text.replace(/^ *-- include: (\w+)$/gm, (_, piece: string) => resolve(read(`lib/${piece}`)));

function load(name: string): Script {
  const text = resolve(read(name));
  return { name, text, sha: createHash("sha1").update(text).digest("hex") };
}

/** One atomic verb per script. */
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
