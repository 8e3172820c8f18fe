import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { products } from "../subgraphs/products.js";
import type { Step, Tour } from "./tour.js";

const MAIN = fileURLToPath(new URL("../../main.js", import.meta.url));
const FORGOTTEN = '@composeDirective(name: "@auth")';

/** Stock composition drops `@auth` in silence when one line is missing; Cardea refuses to compose. */
export const forgotten: Step = {
  title: "A subgraph that forgets @composeDirective",
  async run(tour) {
    const folder = await mkdtemp(join(tmpdir(), "cardea-demo-"));
    try {
      await compose(tour, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function compose({ check }: Tour, folder: string): Promise<void> {
  const file = join(folder, "products.graphql");
  const source = `products=http://127.0.0.1:1/=${file}`;

  await writeFile(file, products.typeDefs);
  const whole = await cardea("compose", "--subgraph", source);
  check("as it stands it composes", whole.exitCode === 0, whole.output);

  await writeFile(file, products.typeDefs.replace(FORGOTTEN, ""));
  const broken = await cardea("compose", "--subgraph", source);
  check("without the line composition is refused", broken.exitCode === 1, broken.exitCode);
  check("the refusal names the subgraph", broken.output.includes("products"), broken.output);
  check("and the line to add", broken.output.includes(FORGOTTEN), broken.output);
  check("and shows no stack", !/\n\s+at /.test(broken.output), broken.output);
}

function cardea(...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, output: `${stdout}${stderr}` });
    });
  });
}
