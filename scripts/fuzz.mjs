// npm run fuzz -- --cases 100000 [--seed 7]: runs the authorization property with a chosen number of cases.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "20000" },
    // A new seed each time; npm test uses a fixed seed.
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const run = spawnSync("npx", ["vitest", "run", "test/property/authorization.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_CASES: values.cases, FUZZ_SEED: values.seed },
});
process.exit(run.status ?? 1);
