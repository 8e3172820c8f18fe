import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { products } from "../subgraphs/products.js";
import { cardea, withFolder } from "./cardea.js";
import type { Step } from "./tour.js";

const FORGOTTEN = '@composeDirective(name: "@auth")';

/** Standard composition silently drops `@auth` when one line is missing. Cardea refuses to compose. */
export const forgotten: Step = {
  title: "A subgraph that forgets @composeDirective",
  run: ({ check }) =>
    withFolder(async (folder) => {
      const file = join(folder, "products.graphql");
      const source = `products=http://127.0.0.1:1/=${file}`;

      await writeFile(file, products.typeDefs);
      const whole = await cardea("compose", "--subgraph", source);
      check("it composes unchanged", whole.exitCode === 0, whole.output);

      await writeFile(file, products.typeDefs.replace(FORGOTTEN, ""));
      const broken = await cardea("compose", "--subgraph", source);
      check("without the line composition is refused", broken.exitCode === 1, broken.exitCode);
      check("the refusal names the subgraph", broken.output.includes("[products]"), broken.output);
      check("and the line to add", broken.output.includes(FORGOTTEN), broken.output);
      check("and shows no stack", !/\n\s+at /.test(broken.output), broken.output);
    }),
};
