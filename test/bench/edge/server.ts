import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { authSubgraphSdl } from "../../../src/auth-subgraph/sdl.js";
import { composeGateway } from "../../../src/compose.js";
import { composeSubgraphs } from "../../../src/composition/index.js";
import { checkConfig } from "../../../src/config/load.js";
import { hashPassword } from "../../../src/credentials/password-hash.js";
import { systemClock } from "../../../src/domain/time.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { addUser } from "../../../src/stores/users/edit-user-file.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../../src/tokens/key-file.js";
import { ADAS_PASSWORD, gatewayDirectory } from "../../support/auth-gateway.js";
import { SECRETS } from "../../support/oauth-gateways.js";
import { A_PEPPER, A_SEALING_SECRET } from "../../support/secrets.js";

/**
 * A gateway and a bare handler in one process, so that both have the same share of the machine. Prints where they are;
 * `/spent` of the bare handler reports the CPU of the process and how often the store was called.
 */
const directory = gatewayDirectory();
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
  return join(directory, name);
};
const calls = { all: 0, see: 0 };
const counted = <Port extends object>(port: Port): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        calls.all += 1;
        if (name === "see") calls.see += 1;
        return Reflect.apply(member, target, args);
      };
    },
  });
const memory = createMemoryStores({ clock: systemClock });
const stores = { ...memory, sessions: counted(memory.sessions), limiter: counted(memory.limiter) };
const passwordHash = await hashPassword(ADAS_PASSWORD, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
await addUser(join(directory, "users.yaml"), { username: "ada", passwordHash, scopes: ["orders:read"] });
const { supergraphSdl } = composeSubgraphs([
  { name: "a", url: process.env["SUBGRAPH_URL"] ?? "http://127.0.0.1:9", sdl: "type Query { a: Int }" },
  { name: "auth", url: "cardea://auth", sdl: authSubgraphSdl({}) },
]);
const gateway = await composeGateway(
  checkConfig(
    {
      supergraph: file("supergraph.graphql", supergraphSdl),
      server: { port: 0 },
      ops: { port: 0 },
      log: { level: "error" },
      users: { path: join(directory, "users.yaml") },
      tokens: {
        issuer: "https://gateway.example",
        keys: [file("tokens.json", formatKeyFile([await generateKey()]))],
        refreshPeppers: [{ id: 1, secret: A_PEPPER }],
        sealingSecrets: [{ id: 1, secret: A_SEALING_SECRET }],
      },
      identity: { keys: [file("identity.json", formatKeyFile([await generateKey()]))] },
      limits: { refreshPerAddress: 1_000_000 },
      clients: {
        api: {
          auth: { method: "client_secret_basic", secrets: [`file:${file("api.secret", SECRETS.api)}`] },
          introspect: true,
        },
        web: { delivery: "cookie", origins: ["https://app.example"] },
        app: { dpop: "allowed" },
      },
    },
    { environment: {} },
  ),
  { stores },
);

const constant = readFileSync(new URL("./introspection.json", import.meta.url), "utf8");
const bare = createServer((request, response) => {
  request.on("end", () => {
    const { user, system } = process.cpuUsage();
    const body = request.url === "/spent" ? JSON.stringify({ cpuMicros: user + system, ...calls }) : constant;
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
  request.resume();
});
bare.keepAliveTimeout = 600_000;
bare.listen(0, "127.0.0.1", () => {
  const { port } = bare.address() as AddressInfo; // listening on TCP
  console.log(JSON.stringify({ url: gateway.url, bare: `http://127.0.0.1:${port}` }));
});
process.once("SIGTERM", () => process.exit(0));
