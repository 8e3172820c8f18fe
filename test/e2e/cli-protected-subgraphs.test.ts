import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createIdentityVerifier,
  devIdentity,
  type Identity,
  type IdentityVerifier,
} from "../../src/identity/subgraph.js";
import { createGateway, type RunningGateway } from "../../src/index.js";
import { runInProcess } from "../support/command-in-process.js";
import { endCommands, runCommand, startCommand, withFolder } from "../support/command-line.js";

const MEMBERS = await readFile(
  fileURLToPath(new URL("../../schema/examples/members.graphql", import.meta.url)),
  "utf8",
);

let folder: Awaited<ReturnType<typeof withFolder>>;
let server: Server;
let url: string;
let verifier: IdentityVerifier;
let seen: Identity[];
let gateway: RunningGateway | undefined;

/** A subgraph whose every answer, its SDL too, is for a caller its verifier believes. */
beforeEach(async () => {
  folder = await withFolder();
  seen = [];
  gateway = undefined;
  server = createServer(async (request, response) => {
    try {
      seen.push(await verifier.verify(request.headers));
      response.end(JSON.stringify({ data: { _service: { sdl: MEMBERS }, currentMember: null } }));
    } catch {
      response.writeHead(401).end("Who are you?");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // listening on TCP
});
afterEach(async () => {
  await endCommands();
  await gateway?.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await folder.remove();
});

async function freePort(): Promise<number> {
  const reserved = createServer();
  await new Promise<void>((resolve) => reserved.listen(0, "127.0.0.1", resolve));
  const { port } = reserved.address() as AddressInfo; // listening on TCP
  await new Promise((resolve) => reserved.close(resolve));
  return port;
}

const cardea = (...args: string[]) => runInProcess(args, { cwd: folder.path });
/** The compiled program, in a process of its own. */
const program = (...args: string[]) => runCommand(args, { cwd: folder.path });
const write = (name: string, text: string) => writeFile(join(folder.path, name), text);
const verifyingGatewayOn = (port: number): IdentityVerifier =>
  createIdentityVerifier({ issuer: `http://localhost:${port}/identity`, audience: "members" });

const firstLine = (child: ChildProcess, event: string): Promise<Readonly<Record<string, string>>> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const line = text.split("\n").find((each) => each.includes(`"event":"${event}"`));
      if (line !== undefined) resolve(JSON.parse(line));
    });
    child.once("close", () => reject(new Error(`ended without ${event}: ${text}`)));
  });

describe("a subgraph that verifies who asks for its SDL", { timeout: 60_000 }, () => {
  it("is composed and served by cardea dev, in the name of the gateway that will serve", async () => {
    const port = await freePort();
    verifier = verifyingGatewayOn(port);
    const child = startCommand(
      ["dev", "--subgraph", `members=${url}`, "--port", String(port), "--ops-port", "0", "--json"],
      { cwd: folder.path },
    );
    await firstLine(child, "serving");
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["anonymous"]));
  });

  it("is composed with the keys of the configuration", async () => {
    const { kid } = (await program("keys", "new", "--out", "identity.key.json", "--json")).json();
    const { d: _private, ...jwk } = JSON.parse(
      await readFile(join(folder.path, "identity.key.json"), "utf8"),
    ) as Record<string, string>;
    const issuer = "https://graph.example.com/identity";
    verifier = createIdentityVerifier({
      issuer,
      audience: "members-service",
      jwks: { keys: [{ ...jwk, kty: jwk["kty"] ?? "" }] },
    });
    await write(
      "cardea.config.yaml",
      `subgraphs: [{ name: members, url: "${url}" }]
identity: { issuer: "${issuer}", keys: [identity.key.json], subgraphs: { members: { audience: members-service } } }`,
    );
    expect(kid).toEqual(expect.any(String));
    for (const verb of [["compose", "--out", "s.graphql"], ["check"], ["explain", "--schema"]]) {
      const result = await cardea(...verb);
      expect(result.stderr).not.toContain("NO_SDL");
      expect(result.exitCode).toBe(0);
    }
    const running = await cardea("check", "--supergraph", "s.graphql", "--running");
    expect(running.exitCode).toBe(0);
    expect(seen).toHaveLength(5);
  });

  it("is composed with keys drawn for the occasion, published where the gateway will publish its own", async () => {
    const port = await freePort();
    verifier = verifyingGatewayOn(port);
    await write(
      "cardea.config.yaml",
      `subgraphs: [{ name: members, url: "${url}" }]\nserver: { port: ${port} }`,
    );
    const result = await cardea("compose", "--out", "s.graphql");
    expect(result.stderr).toContain("composed");
    expect(result.exitCode).toBe(0);
  });

  it("is composed where it believes whoever is on this machine", async () => {
    verifier = devIdentity();
    const result = await cardea("compose", "--subgraph", `members=${url}`, "--out", "s.graphql");
    expect(result.exitCode).toBe(0);
    expect(seen).toEqual([{ kind: "anonymous" }]);
  });

  it("is composed at start by a gateway whose keys it can only read from that gateway", async () => {
    const port = await freePort();
    verifier = verifyingGatewayOn(port);
    gateway = await createGateway({
      config: {
        subgraphs: [{ name: "members", url }],
        server: { port },
        ops: { port: 0 },
        log: { level: "silent" },
      },
      environment: {},
    });
    expect(seen).toEqual([{ kind: "anonymous" }]);
  });

  it("is named with the way to be believed, when it refuses", async () => {
    verifier = createIdentityVerifier({ issuer: "http://127.0.0.1:1/identity", audience: "members" });
    const result = await cardea("compose", "--subgraph", `members=${url}`);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("[members]");
    expect(result.stderr).toContain("identity.keys");
    expect(result.stderr).not.toMatch(/eyJ/);
  });
});
