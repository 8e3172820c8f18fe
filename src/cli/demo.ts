import type { DemoHandle } from "../demo/launch.js";
import { EXIT, type ExitCode, type Terminal, UsageError } from "./output.js";
import { showProgress } from "./progress.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface DemoFlags {
  readonly port?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

/** Long enough to try it by hand, short enough to see it expire. */
const FRESH_SECONDS = 20;
/** The check waits until both have passed. They must be long enough for a slow machine. */
const CHECK_FRESH_SECONDS = 5;
const CHECK_GRACE_SECONDS = 4;
const DEFAULT_PORT = 4000;

/** `cardea demo`: a federated graph behind the gateway, with two users. `--check` runs the tour and exits. */
export const registerDemo: RegisterVerb = (program, context) => {
  context.run<DemoFlags>(
    program
      .command("demo")
      .description("run three subgraphs, the gateway and two users on this machine; needs nothing else")
      .option("--port <port>", "preferred port; another free one when it is in use", String(DEFAULT_PORT))
      .option("--check", "run the tour unattended, print each assertion, exit with 1 on any failure")
      .option("--dry-run", "enforce nothing (auth.dryRun), so that the check fails"),
    demo,
  );
};

async function demo({ options, terminal, environment }: VerbInput<DemoFlags>): Promise<ExitCode> {
  const port = Number(options.port ?? DEFAULT_PORT);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65_532)
    throw new UsageError(`--port ${options.port}: allowed is a port from 0 to 65532`);
  const progress = showProgress(terminal, true);
  progress.step("loading the demo");
  const { launchDemo } = await import("../demo/launch.js");
  const checking = options.check === true;
  const json = options.json === true;
  const startedMs = performance.now();
  // Listen before the start, so that an early Ctrl-C still stops the subgraphs and cleans up.
  const interrupted = untilInterrupted();
  const running = await launchDemo({
    host: environment["CARDEA_DEMO_HOST"] ?? "127.0.0.1",
    port: checking ? 0 : port,
    freshSeconds: checking ? CHECK_FRESH_SECONDS : FRESH_SECONDS,
    graceSeconds: checking ? CHECK_GRACE_SECONDS : 30,
    dryRun: options.dryRun === true,
    progress: progress.step,
    // Before anything else: who reads no further knows what to do.
    announce: (pageUrl) => {
      if (!checking && !json) terminal.out(`open ${pageUrl} in a browser`);
    },
  });
  try {
    if (options.dryRun === true) terminal.err("NOTE: enforcement is OFF (auth.dryRun): everything is served");
    if (checking) return await check(running, json, terminal, interrupted);
    const { port: actual } = new URL(running.graphqlUrl);
    if (port !== 0 && Number(actual) !== port)
      terminal.err(`NOTE: port ${port} is in use; the graph is on ${actual} instead`);
    const { welcome } = await import("../demo/welcome.js");
    if (json)
      terminal.out(
        JSON.stringify({
          ok: true,
          url: running.graphqlUrl,
          page: `${running.origin}/`,
          subgraphs: running.subgraphs.map(({ name, url }) => ({ name, url })),
        }),
      );
    else for (const line of welcome(running, Math.round(performance.now() - startedMs))) terminal.out(line);
    await interrupted;
    return EXIT.ok;
  } finally {
    await running.stop();
  }
}

async function check(
  running: DemoHandle,
  json: boolean,
  terminal: Terminal,
  interrupted: Promise<ExitCode>,
): Promise<ExitCode> {
  const [{ walk }, { createTourTools, TOUR }] = await Promise.all([
    import("../demo/walk.js"),
    import("../tour/index.js"),
  ]);
  const stop = new AbortController();
  const { origin, freshSeconds, graceSeconds, subgraphs } = running;
  const tools = createTourTools({
    origin,
    demo: { freshSeconds, graceSeconds, subgraphs: subgraphs.map(({ name }) => name) },
    signal: stop.signal,
  });
  const walked = walk(
    tools,
    TOUR,
    (line) => (json ? terminal.err(line) : terminal.out(line)),
    stop.signal,
  ).then((report): ExitCode => {
    if (stop.signal.aborted) return EXIT.refused;
    if (json) terminal.out(JSON.stringify({ ok: report.failed === 0, ...report }));
    else terminal.out(`${report.passed} passed, ${report.failed} failed`);
    return report.failed === 0 ? EXIT.ok : EXIT.refused;
  });
  return Promise.race([walked, interrupted.finally(() => stop.abort())]);
}

/** Resolves at the first Ctrl-C or SIGTERM, with the exit code of an unfinished check. */
const untilInterrupted = (): Promise<ExitCode> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(EXIT.refused));
  });
