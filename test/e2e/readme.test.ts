import { type ChildProcess, execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAIN, startCommand } from "../support/command-line.js";

const README = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const QUICK_START = /<!-- quick-start:[\s\S]*?<!-- \/quick-start -->/.exec(README)?.[0] ?? "";
const INSTALL = /<!-- install:[\s\S]*?<!-- \/install -->/.exec(README)?.[0] ?? "";

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (section: string): readonly Block[] =>
  [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));

const blocks = blocksOf(QUICK_START);

/** The quick start as one script; a marker before each command separates the outputs. */
const script = (url: string): string =>
  blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trimEnd().split("\n"))
    .map((line) => line.replaceAll("http://localhost:4000/graphql", url))
    .join("\n");

/** Everything a shell needs to run it: `curl`, or a replacement written in Node if the machine has none. */
const CURL_STAND_IN = fileURLToPath(new URL("../support/curl.mjs", import.meta.url));
const PRELUDE = `command -v curl >&2 || curl() { "${process.execPath}" "${CURL_STAND_IN}" "$@"; }\n`;

const shell = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile("sh", ["-euc", text], { timeout: 60_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });

/** What a command that goes on running prints first. */
const firstLine = (command: ChildProcess): Promise<{ readonly url: string }> =>
  new Promise((resolve, reject) => {
    command.stdout
      ?.setEncoding("utf8")
      .once("data", (text: string) => resolve(JSON.parse(text) as { readonly url: string }));
    command.once("close", () => reject(new Error("the command ended before it served")));
  });

async function stop(command: ChildProcess): Promise<void> {
  if (command.exitCode !== null) return;
  const ended = new Promise((resolve) => command.once("close", resolve));
  command.kill("SIGTERM");
  await ended;
}

describe("the quick start of the README", () => {
  let demo: ChildProcess;
  let url: string;

  beforeAll(async () => {
    demo = startCommand(["demo", "--port", "0", "--json"]);
    ({ url } = await firstLine(demo));
  });
  afterAll(() => stop(demo));

  it("prints the output that the README shows", async () => {
    const expected = blocks
      .filter(({ language }) => language === "json")
      .map(({ text }) => JSON.parse(text) as unknown);
    expect(expected.length).toBeGreaterThanOrEqual(5);
    const printed = (await shell(PRELUDE + script(url)))
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as unknown);
    expect(printed).toEqual(expected);
  });

  it("prints the same through the stand-in for curl", async () => {
    const always = `curl() { "${process.execPath}" "${CURL_STAND_IN}" "$@"; }\n`;
    const [first = "", second = ""] = blocks
      .filter(({ language }) => language === "sh")
      .map(({ text }) => text);
    const printed = await shell(always + (first + second).replaceAll("http://localhost:4000/graphql", url));
    expect(JSON.parse(printed)).toEqual(
      JSON.parse(blocks.find(({ language }) => language === "json")?.text ?? ""),
    );
  });
});

describe("the installation of the README", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-readme-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("leads from its files to a configuration that is served", async () => {
    const found = blocksOf(INSTALL);
    // A block whose first line is a comment with a file name is that file.
    const written = found.flatMap(({ text }) => {
      const name = /^# ([\w.]+)\n/.exec(text)?.[1];
      if (name !== undefined) writeFileSync(join(folder, name), text);
      return name ?? [];
    });
    expect(written).toEqual(["orders.graphql", "cardea.config.yaml"]);
    const commands = found
      .filter(({ language, text }) => language === "sh" && text.includes("npx cardea"))
      .flatMap(({ text }) => text.trimEnd().split("\n"));
    expect(commands.at(-1)).toBe("npx cardea serve");

    const prelude = `unset CARDEA_TEST_MAIN NODE_ENV\ncd "${folder}"\nnpx() { shift; "${process.execPath}" "${MAIN}" "$@"; }\n`;
    await shell(prelude + commands.slice(0, -1).join("\n"));
    const gateway = startCommand(["serve", "--port", "0", "--ops-port", "0", "--json"], { cwd: folder });
    const { url } = await firstLine(gateway);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ orders { id } }"}',
    });
    expect(response.status).toBe(401);
    await stop(gateway);
  });

  it("leads on to a configuration that production accepts", async () => {
    const [yaml] = blocksOf(README.split("### In production")[1] ?? "");
    expect(yaml?.language).toBe("yaml");
    writeFileSync(join(folder, "production.config.yaml"), yaml?.text ?? "");
    const secrets = `export NODE_ENV=production REDIS_URL=redis://127.0.0.1:1 REFRESH_PEPPER=${randomBytes(36).toString("base64")}`;
    const check = `"${process.execPath}" "${MAIN}" check --offline --config production.config.yaml`;
    expect(await shell(`unset CARDEA_TEST_MAIN\ncd "${folder}"\n${secrets}\n${check}`)).toContain("ok");
  });
});
