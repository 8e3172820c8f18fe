import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { type ConfigError, type ConfigInput, createGateway, type RunningGateway } from "../../src/index.js";
import { createAuthority } from "../support/certificates.js";
import { type SecureSubgraph, startSecureSubgraph } from "../support/secure-subgraph.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { best: Int }
`;
const ours = createAuthority("ours");
const server = ours.issue("books", ["DNS:books.internal"]);
const client = ours.issue("gateway", ["DNS:gateway.internal"]);

let folder: string;
let subgraph: SecureSubgraph;
const running: RunningGateway[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-tls-"));
  writeFileSync(join(folder, "ca.pem"), ours.ca);
  writeFileSync(join(folder, "client.pem"), client.cert);
  writeFileSync(join(folder, "client.key"), client.key);
  subgraph = await startSecureSubgraph(
    { ...server, ca: ours.ca, requestCert: true, protocol: "h2" },
    ({ query }) => ({
      data: query.includes("_service") ? { _service: { sdl: SDL } } : { best: 5 },
    }),
  );
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
  await subgraph.stop();
  rmSync(folder, { recursive: true });
});
const tls = {
  ca: "file:ca.pem",
  cert: "file:client.pem",
  key: "file:client.key",
  servername: "books.internal",
};
const start = async (config: ConfigInput): Promise<RunningGateway> => {
  const gateway = await createGateway({
    config: { server: { port: 0 }, ops: { port: 0 }, log: { level: "silent" }, ...config },
    folder,
    environment: {},
  });
  running.push(gateway);
  return gateway;
};
const supergraph = (url: string): string => {
  writeFileSync(
    join(folder, "supergraph.graphql"),
    composeSubgraphs([{ name: "books", url, sdl: SDL }]).supergraphSdl,
  );
  return "supergraph.graphql";
};
const ask = async ({ url }: RunningGateway): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: '{"query":"{ best }"}' })).json();
};

describe("transport.subgraphs.<name>.tls", () => {
  const transport = { subgraphs: { books: { tls, http2: true } } };

  it("holds for look-ups of SDL as for operations: composed at start", async () => {
    const gateway = await start({ subgraphs: [{ name: "books", url: subgraph.url }], transport });
    expect(await ask(gateway)).toEqual({ data: { best: 5 } });
    expect(new Set(subgraph.calls.map((call) => call.client))).toEqual(new Set(["gateway"]));
    expect(subgraph.calls.at(-1)?.httpVersion).toBe("2.0");
  });

  it("holds for the comparison with running subgraphs: nothing stays closed", async () => {
    const gateway = await start({ supergraph: supergraph(subgraph.url), supergraphCheck: "on", transport });
    expect(await ask(gateway)).toEqual({ data: { best: 5 } });
  });

  it("without it the same subgraph stays unverified, and closed", async () => {
    const gateway = await start({ supergraph: supergraph(subgraph.url), supergraphCheck: "on" });
    expect(await ask(gateway)).toMatchObject({ errors: [{ extensions: { code: "SERVICE_UNAVAILABLE" } }] });
    expect(subgraph.calls).toEqual([]);
  });

  it("refuses a supergraph whose routing URL is not https", async () => {
    const url = subgraph.url.replace("https:", "http:");
    const refusal = await start({ supergraph: supergraph(url), transport }).catch((error: unknown) => error);
    expect((refusal as ConfigError).problems).toMatchObject([
      { kind: "TLS_WITHOUT_HTTPS", subgraph: "books", where: "transport.subgraphs.books.tls" },
    ]);
  });

  it("says aloud when the supergraph has no subgraph of that name", async () => {
    const gateway = await start({
      supergraph: supergraph(subgraph.url),
      transport: { subgraphs: { boooks: { timeoutMs: 100 } } },
    });
    expect(gateway.notes.join("\n")).toContain("transport.subgraphs.boooks");
  });
});
