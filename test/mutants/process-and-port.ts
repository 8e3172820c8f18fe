import type { Mutant } from "./mutant.js";

const LOG = "test/unit/telemetry/log-output.test.ts";
const WORKERS = "test/unit/cli/workers.test.ts";
const ENDPOINTS = "test/unit/http/endpoints.test.ts";

/** Faults in how a process listens, logs, leaves and is replaced. */
export const processAndPortMutants: readonly Mutant[] = [
  {
    name: "a refused client that never hangs up keeps its descriptor",
    file: "src/http/listener.ts",
    find: "setTimeout(() => socket.destroy(), REFUSED_SOCKET_TIMEOUT_MS).unref();",
    replace: "",
    caughtBy: { file: ENDPOINTS, test: "of a client that sends half a header and never hangs up" },
  },
  {
    name: "a client that never reads keeps its descriptor",
    file: "src/http/listener.ts",
    find: "socket.setTimeout(afterMs);",
    replace: "",
    caughtBy: { file: ENDPOINTS, test: "of a client that never reads a long answer and never hangs up" },
  },
  {
    name: "clients take every descriptor of the process",
    file: "src/http/listener.ts",
    find: "connections >= (options.maxConnections ?? Number.POSITIVE_INFINITY)",
    replace: "connections < 0",
    caughtBy: {
      file: "test/unit/http/max-connections.test.ts",
      test: "closes what comes beyond it",
    },
  },
  {
    name: "idle connections keep everybody out",
    file: "src/http/idle-connections.ts",
    find: "oldest[0].destroy();\n      return true;",
    replace: "return false;",
    caughtBy: {
      file: "test/unit/http/max-connections.test.ts",
      test: "gives the place of the one idle for longest to a newcomer",
    },
  },
  {
    name: "a connection between two requests of a moment is taken away",
    file: "src/http/idle-connections.ts",
    find: "clock.monotonicMs() - oldest[1] < SPARE_AFTER_MS",
    replace: "clock.monotonicMs() < oldest[1]",
    caughtBy: {
      file: "test/unit/http/max-connections.test.ts",
      test: "gives the place of the one idle for longest to a newcomer",
    },
  },
  {
    name: "calls of subgraphs take every descriptor of the process",
    file: "src/federation/subgraph/transport/targets.ts",
    find: "connections = Math.min(mostPerOrigin, Math.max(1, share));",
    replace: "connections = mostPerOrigin;",
    caughtBy: {
      file: "test/unit/federation/subgraph/transport/targets.test.ts",
      test: "are shared evenly by the origins",
    },
  },
  {
    name: "the port is closed before a balancer can have heard",
    file: "src/compose.ts",
    find: "await pause(config.server.drainDelayMs);",
    replace: "",
    caughtBy: { file: "test/integration/leaving.test.ts", test: "serves on until balancers can have heard" },
  },
  {
    name: "connections are kept alive by a gateway that leaves",
    file: "src/compose.ts",
    find: "front.announceEnd();",
    replace: "",
    caughtBy: { file: "test/integration/leaving.test.ts", test: "serves on until balancers can have heard" },
  },
  {
    name: "the ops port follows the port for clients to every address",
    file: "src/config/resolve.ts",
    find: 'parsed.ops.host ?? "127.0.0.1"',
    replace: "parsed.ops.host ?? host",
    caughtBy: { file: "test/unit/config/load.test.ts", test: "binds the ops port to 127.0.0.1 by default" },
  },
  {
    name: "an issuer named after a port is good enough for production",
    file: "src/config/deployment.ts",
    find: "if (production) problems.push(...missingIssuers(config));",
    replace: "",
    caughtBy: { file: "test/unit/config/deployment.test.ts", test: "an issuer named after a port" },
  },
  {
    name: "a store that answers and takes no writes is well",
    file: "src/stores/redis/index.ts",
    find: "client.run(SCRIPTS.probe, [keys.probe(partition)], [])",
    replace: "client.run(SCRIPTS.forget, [keys.probe(partition)], [])",
    caughtBy: { file: "test/integration/sessions/store-down.test.ts", test: "is full is not well" },
  },
  {
    name: "lines pile up while nobody reads the log",
    file: "src/telemetry/log-output.ts",
    find: "if (stream.writableLength + Buffer.byteLength(line) > maxBytes) return drop();",
    replace: "",
    caughtBy: { file: LOG, test: "keeps no more than its bound for a reader who stalls" },
  },
  {
    name: "lines that nobody could take are not counted",
    file: "src/telemetry/log-output.ts",
    find: "if (error) drop();",
    replace: "",
    caughtBy: { file: LOG, test: "counts what is written after its reader has gone" },
  },
  {
    name: "a signal is heard once every worker serves",
    file: "src/cli/workers.ts",
    find: "await Promise.race([startAll(), stopping])",
    replace: "await startAll()",
    caughtBy: { file: WORKERS, test: "obeys a signal while a worker starts" },
  },
  {
    name: "a worker that does not end keeps the supervisor",
    file: "src/cli/workers.ts",
    find: 'worker.process.kill("SIGKILL")',
    replace: "undefined",
    caughtBy: { file: WORKERS, test: "kills it after its grace" },
  },
  {
    name: "a worker that cannot start is started over and over",
    file: "src/cli/workers.ts",
    find: "Math.min(pauseMs * 2, MAX_PAUSE_MS)",
    replace: "1",
    caughtBy: { file: WORKERS, test: "after a pause that doubles" },
  },
  {
    name: "SIGHUP ends a worker that starts",
    file: "src/cli/workers.ts",
    find: "if (running.isServing) running.worker",
    replace: "if (places.size > 0) running.worker",
    caughtBy: { file: WORKERS, test: "passes SIGHUP on to those who serve" },
  },
  {
    name: "a worker that is killed during the start ends them all",
    file: "src/cli/workers.ts",
    find: 'const isRefusal = !how.startsWith("SIG");',
    replace: "const isRefusal = how !== undefined;",
    caughtBy: { file: WORKERS, test: "starts a worker again that a signal ends during the start" },
  },
  {
    name: "a SIGHUP while a worker starts is lost",
    file: "src/cli/workers.ts",
    find: "else running.isReloadDue = true;",
    replace: "",
    caughtBy: { file: WORKERS, test: "passes SIGHUP on to those who serve" },
  },
  {
    name: "a client forgets its device when it signs out",
    file: "src/client/account.ts",
    find: "const deviceToken = devices.get(input.username, url);",
    replace:
      "const deviceToken = options.storage.get() === undefined ? undefined : devices.get(input.username, url);",
    caughtBy: { file: "test/unit/client/session.test.ts", test: "is known by its device at the next login" },
  },
  {
    name: "a client shows one user's device for another",
    file: "src/client/storage.ts",
    find: "get: (username, url) => known.get(key(username, url)),",
    replace: "get: () => [...known.values()][0],",
    caughtBy: { file: "test/unit/client/session.test.ts", test: "is known by its device at the next login" },
  },
  {
    name: "a verb claims a replica before anybody knows of one",
    file: "src/stores/redis/revocations/revocation-writer.ts",
    find: "if (known === undefined || !written.confirmed)",
    replace: "if (!written.confirmed)",
    caughtBy: {
      file: "test/integration/sessions/operator-waits.test.ts",
      test: "claims nothing while nobody knows",
    },
  },
];
