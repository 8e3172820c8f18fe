import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.js";

const scripts = fileURLToPath(new URL("../../src/stores/redis/scripts/", import.meta.url));

/** A fault in one script: planted where scripts are read, since Lua does not pass through the loader. */
export function luaMutant(
  name: string,
  script: string,
  find: string,
  replace: string,
  caughtBy: Mutant["caughtBy"],
): Mutant {
  const occurrences = readFileSync(`${scripts}${script}.lua`, "utf8").split(find).length - 1;
  if (occurrences !== 1) throw new Error(`${name}: found ${occurrences} times in ${script}.lua`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a line of source, template and all
  const read = 'readFileSync(new URL(`./${name}.lua`, import.meta.url), "utf8")';
  const [from, to] = [JSON.stringify(find), JSON.stringify(replace)];
  return {
    name,
    file: "src/stores/redis/scripts/scripts.ts",
    find: read,
    replace: `${read}.split(name === ${JSON.stringify(script)} ? ${from} : "\\0").join(${to})`,
    caughtBy,
  };
}
