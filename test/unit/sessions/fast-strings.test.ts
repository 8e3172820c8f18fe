import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";

/** Runs in a thread, because another test may have made strings fast in this process already. */
const PROGRAM = `
  import { setFlagsFromString } from "node:v8";
  import { runInThisContext } from "node:vm";
  import { parentPort, workerData } from "node:worker_threads";
  import { tsImport } from "${import.meta.resolve("tsx/esm/api")}";

  const { keepStringsFast } = await tsImport(workerData, workerData);
  setFlagsFromString("--allow-natives-syntax");
  const isFast = runInThisContext("() => %HasFastProperties(String.prototype)");
  const lengthOf = (text) => new (class extends String {})(text).length;
  const [first, before] = [lengthOf("x"), isFast()];
  keepStringsFast();
  const after = isFast();
  parentPort.postMessage({ lengths: [first, lengthOf("x")], before, after, later: isFast() });
`;

it("undoes what a class that extends String does to every string, for good", async () => {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`), {
    workerData: new URL("../../../src/sessions/fast-strings.ts", import.meta.url).href,
  });
  const [told] = await once(worker, "message");
  await worker.terminate();
  expect(told).toEqual({ lengths: [1, 1], before: false, after: true, later: true });
});
