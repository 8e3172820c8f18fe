import type { Plugin } from "vitest/config";
import type { Mutant } from "./mutant.js";

export interface Planting {
  readonly plugin: Plugin;
  /** From now on this fault is planted where its file is loaded; with `undefined`, none. */
  plant(mutant: Mutant | undefined): void;
  /** Whether the file of the fault was loaded, and with the fault in it. */
  isPlanted(): boolean;
}

/** Plants a fault while its file is loaded: the source on disk is never touched. */
export function createPlanting(root: string): Planting {
  let current: Mutant | undefined;
  let planted = false;
  return {
    plugin: {
      name: "cardea-mutant",
      enforce: "pre",
      transform(code, id) {
        if (current === undefined || id.split("?", 1)[0] !== `${root}${current.file}`) return undefined;
        const { name, file, find, replace } = current;
        const occurrences = code.split(find).length - 1;
        if (occurrences !== 1) throw new Error(`${name}: found ${occurrences} times in ${file}`);
        planted = true;
        return code.replace(find, () => replace);
      },
    },
    plant: (mutant) => {
      current = mutant;
      planted = false;
    },
    isPlanted: () => planted,
  };
}
