import { engineOptions } from "./engine/options.js";
import { runEngineBench } from "./engine/run.js";

/** `npm run bench:engine`: our gateway beside its peers; one JSON object on standard output, progress on the other. */
const report = await runEngineBench(engineOptions(process.argv.slice(2)), (line) =>
  console.error(`bench: ${line}`),
);
console.log(JSON.stringify(report, null, 2));
