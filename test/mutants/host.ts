import { fileURLToPath } from "node:url";
import { createVitest, type Reporter, type TestModule, type Vitest } from "vitest/node";
import type { Answer, Question } from "./host-messages.js";
import { createPlanting } from "./planting.js";

/**
 * The process that runs tests with faults planted. It keeps one Vite server for all of them, so what does not change is
 * compiled once; each run still gets a worker process of its own, so nothing of one fault lives on in the next.
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const planting = createPlanting(root);

/** What the run under way has told so far. Vitest's own state keeps what earlier runs left: it is not asked. */
let told: { passed: string[]; failed: string[]; errors: string[] } = { passed: [], failed: [], errors: [] };

const noteTests = (module: TestModule): void => {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === "passed" || state === "failed") told[state].push(test.fullName.split(" > ").join(" "));
  }
  told.errors.push(...module.errors().map(({ message }) => message));
};

const reporter: Reporter = {
  onTestModuleEnd: noteTests,
  onTestRunEnd: (_, unhandled) => void told.errors.push(...unhandled.map(({ message }) => message)),
};

const start = (): Promise<Vitest> =>
  createVitest(
    "test",
    {
      root,
      config: `${root}test/mutants/vitest.config.ts`,
      watch: false,
      reporters: [reporter],
      silent: true,
    },
    { plugins: [planting.plugin] },
  );

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

async function run(vitest: Vitest, { file, tests, mutant }: Question): Promise<Answer> {
  planting.plant(mutant);
  told = { passed: [], failed: [], errors: [] };
  if (mutant !== undefined) vitest.invalidateFile(`${root}${mutant.file}`);
  try {
    vitest.setGlobalTestNamePattern(new RegExp(tests.map(escapeForPattern).join("|")));
    const specifications = await vitest.globTestSpecifications([`${root}${file}`]);
    await vitest.runTestSpecifications(specifications);
    return { planted: planting.isPlanted(), ...told };
  } finally {
    planting.plant(undefined);
    if (mutant !== undefined) vitest.invalidateFile(`${root}${mutant.file}`);
  }
}

const vitest = await start();
process.on("disconnect", () => process.exit());
process.on("message", (question: Question) => {
  run(vitest, question).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ planted: false, passed: [], failed: [], errors: [String(error)] }),
  );
});
process.send?.("ready");
