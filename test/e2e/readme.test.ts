import { type ChildProcess, execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCommand } from "../support/command-line.js";

const README = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const QUICK_START = /<!-- quick-start:[\s\S]*?<!-- \/quick-start -->/.exec(README)?.[0] ?? "";

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...QUICK_START.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(
  ([, language = "", text = ""]) => ({ language, text }),
);

/** The quick start as one script; a marker before each command tells their outputs apart. */
const script = (url: string): string =>
  blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trimEnd().split("\n"))
    .map((line) => line.replaceAll("http://localhost:4000/graphql", url))
    .join("\n");

/** Everything a shell needs to run it: `curl`, or a stand-in written in Node where a machine has none. */
const CURL_STAND_IN = fileURLToPath(new URL("../support/curl.mjs", import.meta.url));
const PRELUDE = `command -v curl >&2 || curl() { "${process.execPath}" "${CURL_STAND_IN}" "$@"; }\n`;

const shell = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile("sh", ["-euc", text], { timeout: 60_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });

describe("the quick start of the README", () => {
  let demo: ChildProcess;
  let url: string;

  beforeAll(async () => {
    demo = startCommand(["demo", "--port", "0", "--json"]);
    url = await new Promise<string>((resolve, reject) => {
      demo.stdout
        ?.setEncoding("utf8")
        .once("data", (text: string) => resolve((JSON.parse(text) as { url: string }).url));
      demo.once("close", () => reject(new Error("the demo did not start")));
    });
  });
  afterAll(async () => {
    if (demo.exitCode !== null) return;
    const ended = new Promise((resolve) => demo.once("close", resolve));
    demo.kill("SIGTERM");
    await ended;
  });

  it("prints what the README says it prints", async () => {
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
