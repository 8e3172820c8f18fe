import { measureInProcess } from "./auth/in-process.js";
import { measureOverhead } from "./auth/overhead.js";

/** `npm run bench:auth [-- --quick | --rounds N (of each pair)]`: what authorization costs; one JSON object on standard output. */
const quick = process.argv.includes("--quick");
const at = process.argv.indexOf("--rounds");
const rounds = at === -1 ? 6 : Number(process.argv[at + 1]);
const inProcess = await measureInProcess(
  quick
    ? { types: 100, fields: 20, repeats: 1, decisions: 1_000 }
    : { types: 1_000, fields: 200, repeats: 20, decisions: 200_000 },
);
const overhead = await measureOverhead(
  quick
    ? { pairs: 1, warmUpSeconds: 0.2, rounds: 2, burstSeconds: 1, connections: 8 }
    : { pairs: 4, warmUpSeconds: 5, rounds, burstSeconds: 2, connections: 50 },
  (line) => console.error(`bench: ${line}`),
);
console.log(
  JSON.stringify(
    {
      ...overhead,
      ...inProcess,
      method:
        "guardOverheadRatio: four fresh pairs of processes of one gateway, guarded and plain supergraph, the same tokens, loaded in turn on one core; CPU of the process (/proc) per request, the geometric mean of the ratios of neighbouring bursts, with its standard error. The rest: in process, CPU of the process, medians; bytes after full collections.",
    },
    null,
    2,
  ),
);
