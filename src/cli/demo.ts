import { EXIT, type ExitCode, type Terminal, UsageError } from "./output.js";
import { showProgress } from "./progress.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface DemoFlags {
  readonly port?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

/** Long enough to try it by hand, short enough to see it end. */
const FRESH_SECONDS = 20;
/** The check waits both of these out; long enough that a slow machine does not outlive them by accident. */
const CHECK_FRESH_SECONDS = 5;
const CHECK_GRACE_SECONDS = 4;
const DEFAULT_PORT = 4000;

/** `cardea demo`: a real federated graph behind the gateway, with two users; `--check` walks the tour and leaves. */
export const registerDemo: RegisterVerb = (program, context) => {
  context.run<DemoFlags>(
    program
      .command("demo")
      .description("three subgraphs, the gateway and two users, on this machine alone; needs nothing else")
      .option("--port <port>", "preferred port; any free one where it is taken", String(DEFAULT_PORT))
      .option(
        "--check",
        "walk the tour with nobody watching, print each assertion, leave with 1 on any failure",
      )
      .option("--dry-run", "enforce nothing (auth.dryRun): the check must fail then"),
    demo,
  );
};

async function demo({ options, terminal, environment }: VerbInput<DemoFlags>): Promise<ExitCode> {
  const port = Number(options.port ?? DEFAULT_PORT);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65_532)
    throw new UsageError("--port takes a port from 0 to 65532");
  const progress = showProgress(terminal, true);
  progress.step("loading the demo");
  const { launchDemo } = await import("../demo/launch.js");
  const checking = options.check === true;
  const json = options.json === true;
  const startedMs = performance.now();
  // Heard from before the start, so that an early Ctrl-C still stops the subgraphs and cleans up.
  const interrupted = untilInterrupted();
  const running = await launchDemo({
    host: environment["CARDEA_DEMO_HOST"] ?? "127.0.0.1",
    port: checking ? 0 : port,
    freshSeconds: checking ? CHECK_FRESH_SECONDS : FRESH_SECONDS,
    graceSeconds: checking ? CHECK_GRACE_SECONDS : 30,
    dryRun: options.dryRun === true,
    progress: progress.step,
  });
  try {
    if (options.dryRun === true) terminal.err("NOTE: enforcement is OFF (auth.dryRun): everything is served");
    if (checking) return await check(running, json, terminal, interrupted);
    const { port: actual } = new URL(running.graphqlUrl);
    if (port !== 0 && Number(actual) !== port)
      terminal.err(`NOTE: port ${port} is taken; the graph is on ${actual} instead`);
    const { welcome } = await import("../demo/welcome.js");
    if (json)
      terminal.out(
        JSON.stringify({
          ok: true,
          url: running.graphqlUrl,
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
  running: import("../demo/tour/tour.js").DemoHandle,
  json: boolean,
  terminal: Terminal,
  interrupted: Promise<ExitCode>,
): Promise<ExitCode> {
  const [{ walk }, { STEPS }] = await Promise.all([
    import("../demo/tour/tour.js"),
    import("../demo/tour/steps.js"),
  ]);
  const stop = new AbortController();
  const walked = walk(
    running,
    STEPS,
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

/** Answers at the first Ctrl-C or SIGTERM; as an exit code, that of a check that was not finished. */
const untilInterrupted = (): Promise<ExitCode> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(EXIT.refused));
  });
