import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../src/tokens/issue.js";
import { createKeyRing } from "../../src/tokens/key-ring.js";
import { eventually } from "../support/eventually.js";
import { AUDIENCE, anAccessToken, ISSUER } from "../support/token-builders.js";
import type { Listening } from "../support/token-listener.js";

const LISTENER = fileURLToPath(new URL("../support/token-listener.ts", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "cardea-heap-"));
const key = await generateKey();
const issuer = createTokenIssuer({ issuer: ISSUER, audience: AUDIENCE, keyRing: createKeyRing([key]) });
const now = Math.floor(Date.now() / 1000);
const issue = async () => (await issuer.issue(anAccessToken(), now)).token;

let listener: ChildProcess;
let port: number;

beforeAll(async () => {
  const listening: Listening = { issuer: ISSUER, audience: AUDIENCE, key };
  const flags = ["--heapsnapshot-signal=SIGUSR2", `--diagnostic-dir=${directory}`, "--import", "tsx"];
  listener = spawn(process.execPath, [...flags, LISTENER, JSON.stringify(listening)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(listener.stdout ?? listener, "data")) as [Buffer];
  port = Number(line.toString("utf8"));
});
afterAll(async () => {
  listener.kill();
  await once(listener, "exit");
  rmSync(directory, { recursive: true });
});

const ask = async (agent: Agent, token?: string): Promise<string> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const [response] = await once(request({ port, host: "127.0.0.1", agent, headers }).end(), "response");
  return text(response);
};

/** The names of those whose texts the process can still reach: taking a snapshot collects what it cannot. */
async function heldOf(tokens: Readonly<Record<string, string>>): Promise<readonly string[]> {
  listener.kill("SIGUSR2");
  const snapshot = await eventually(async () => {
    const [name = ""] = readdirSync(directory);
    const written = readFileSync(join(directory, name), "utf8");
    expect(JSON.parse(written)).toHaveProperty("strings");
    rmSync(join(directory, name));
    return written;
  }, 20_000);
  // The end of the signature: what precedes it may be read out of claims.
  return Object.keys(tokens).filter((name) => snapshot.includes((tokens[name] ?? "").slice(-60)));
}

describe("the text of a live token, in a gateway's memory", () => {
  it("is that of the last one verified on each connection, and of none once that is closed", async () => {
    const one = new Agent({ keepAlive: true, maxSockets: 1 });
    const other = new Agent({ keepAlive: true, maxSockets: 1 });
    const tokens = { first: await issue(), second: await issue(), third: await issue() };
    for (const name of ["first", "second", "second"] as const)
      expect(await ask(one, tokens[name])).toBe("verified");
    for (const name of ["third", "third"] as const) expect(await ask(other, tokens[name])).toBe("verified");
    expect(await heldOf(tokens)).toEqual(["second", "third"]);
    one.destroy();
    await eventually(async () => expect(await heldOf(tokens)).toEqual(["third"]), 20_000);
    other.destroy();
    await eventually(async () => expect(await heldOf(tokens)).toEqual([]), 20_000);
  }, 60_000);

  it("is not that of a token refused, nor of the one before it", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const other = new Agent();
    const good = await issue();
    const tokens = { good, forged: `${good.slice(0, -60)}${"A".repeat(60)}`, garbage: "g".repeat(600) };
    for (const forged of [tokens.forged, tokens.garbage]) {
      expect(await ask(agent, good)).toBe("verified");
      expect(await ask(agent, good)).toBe("verified");
      expect(await heldOf(tokens)).toEqual(["good"]);
      expect(await ask(agent, forged)).not.toBe("verified");
      // Node keeps the last request of a connection, and V8 the last text a pattern was tried on: let them be others.
      expect(await ask(agent)).toBe("anonymous");
      expect(await ask(other, await issue())).toBe("verified");
      expect(await heldOf(tokens)).toEqual([]);
    }
    agent.destroy();
  }, 60_000);
});
