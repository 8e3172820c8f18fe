import type { Mutant } from "./mutant.js";

const MAP = "test/unit/access-map/access-map.test.ts";
const PAGE = "test/unit/access-map/page.test.ts";

/** Faults in what the access map says is reached, and in how its page shows text of a graph. */
export const accessMapMutants: readonly Mutant[] = [
  {
    name: "a mutation is reached when some type at its position is granted",
    file: "src/authorization/explain/reach.ts",
    find: 'mode === "strict" || field.isStrict ? all : some',
    replace: "field.isStrict ? all : some",
    caughtBy: { file: MAP, test: "judges an abstract position of a mutation as a whole" },
  },
  {
    name: "an argument that cannot be left out is forgotten",
    file: "src/authorization/explain/reach.ts",
    find: "for (const one of required) able &= this.#canGive(one);",
    replace: "",
    caughtBy: { file: MAP, test: "counts an argument that cannot be left out" },
  },
  {
    name: "a policy that nobody asked counts as a yes",
    file: "src/access-map/personas-reach.ts",
    find: "walk(some, false)",
    replace: "walk(some, true)",
    caughtBy: { file: MAP, test: "never says that an unknown answer of a policy reaches something" },
  },
  {
    name: "a type that somebody reached is not walked for those who come later",
    file: "src/authorization/explain/reach.ts",
    find: "return callers & ~before;",
    replace: "return before === NOBODY ? callers : NOBODY;",
    caughtBy: { file: MAP, test: "says of many callers what each of them alone reaches" },
  },
  {
    name: "text of a graph is markup in the page",
    file: "src/access-map/html/markup.ts",
    find: ".replace(/[&<>\"']/g, (found) => NAMED[found] ?? found)",
    replace: "",
    caughtBy: { file: PAGE, test: "shows text of a hostile graph as text" },
  },
];
