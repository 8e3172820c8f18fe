import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script with the name Redis knows it by. */
export interface Script {
  readonly name: string;
  readonly text: string;
  readonly sha: string;
}

const read = (name: string): string =>
  readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), "utf8");

const prelude = read("prelude");

function load(name: string, shared: string): Script {
  const text = shared + read(name);
  return { name, text, sha: createHash("sha1").update(text).digest("hex") };
}

/** One atomic verb per script. */
export const SCRIPTS = {
  create: load("create", prelude),
  rotate: load("rotate", prelude),
  elevate: load("elevate", prelude),
  renew: load("renew", prelude),
  revoke: load("revoke", prelude),
  revokeOthers: load("revoke_others", prelude),
  revokeAll: load("revoke_all", prelude),
  notBefore: load("not_before", prelude),
  find: load("find", prelude),
  user: load("user", prelude),
  poll: load("poll", prelude),
  resubmit: load("resubmit", prelude),
  take: load("take", ""),
} as const satisfies Record<string, Script>;
