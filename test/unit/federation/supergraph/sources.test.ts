import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../../../src/domain/errors.js";
import {
  digestOf,
  fileSource,
  fixedSource,
  urlSource,
} from "../../../../src/federation/supergraph/sources.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const URL = "https://registry.example/supergraph";
/** Answers in turn; remembers the headers of each request. */
const answering = (...answers: readonly (Response | Error)[]) => {
  const asked: { readonly headers: Readonly<Record<string, string>>; readonly redirect: string }[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: (typeof asked)[number]) => {
    asked.push(init);
    const answer = answers[asked.length - 1] ?? new Error("no more answers");
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return asked;
};
const refusal = async (load: Promise<string>): Promise<string> => {
  const error: unknown = await load.catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error("it was not refused");
  return error.problems.map(({ kind, found }) => `${kind}: ${found}`).join();
};

describe("a supergraph at a URL", () => {
  it("is requested with the tag of the last answer, which stays valid while nothing is new", async () => {
    const asked = answering(
      new Response("one", { headers: { etag: '"1"' } }),
      new Response(null, { status: 304 }),
      new Response("two"),
      new Response("three"),
    );
    const source = urlSource(URL);
    expect([await source.load(), await source.load(), await source.load(), await source.load()]).toEqual([
      "one",
      "one",
      "two",
      "three",
    ]);
    expect(asked.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"1"',
      '"1"',
      undefined,
    ]);
  });

  it("never follows a redirect: who answers decides what is guarded", async () => {
    const asked = answering(new Response("one"));
    await urlSource(URL).load();
    expect(asked[0]?.redirect).toBe("error");
  });

  it.each<[string, Response | Error, string]>([
    ["no answer", new TypeError("fetch failed"), "no answer"],
    [
      "an error status, whatever its body",
      new Response("type Query { a: Int }", { status: 500 }),
      "status 500",
    ],
    ["nothing new before there was anything", new Response(null, { status: 304 }), "status 304"],
    ["more than the bound", new Response("x".repeat(11)), "more than 10 bytes"],
  ])("is refused with %s", async (_name, answer, found) => {
    answering(answer);
    expect(await refusal(urlSource(URL, { maxBytes: 10 }).load())).toBe(`UNREADABLE_SUPERGRAPH: ${found}`);
  });

  it("is looked at now and then, until that is stopped", () => {
    vi.useFakeTimers();
    let calls = 0;
    const stop = urlSource(URL, { pollIntervalMs: 10 }).watch(() => {
      calls += 1;
    });
    vi.advanceTimersByTime(35);
    expect(calls).toBe(3);
    stop();
    vi.advanceTimersByTime(100);
    expect(calls).toBe(3);
  });
});

describe("a supergraph in a file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cardea-source-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is read anew each time, and refused by its path where it is not there", async () => {
    const path = join(folder, "supergraph.graphql");
    expect(await refusal(fileSource(path).load())).toContain("a file that cannot be read");
    await writeFile(path, "one");
    const source = fileSource(path);
    expect(await source.load()).toBe("one");
    await writeFile(path, "two");
    expect(await source.load()).toBe("two");
  });

  it("is looked at now and then where its folder cannot be watched", () => {
    vi.useFakeTimers();
    let calls = 0;
    const stop = fileSource(join(folder, "gone", "supergraph.graphql"), { pollIntervalMs: 10 }).watch(() => {
      calls += 1;
    });
    vi.advanceTimersByTime(25);
    stop();
    vi.advanceTimersByTime(100);
    expect(calls).toBe(2);
  });
});

describe("a text that never changes", () => {
  it("is its own source, and its digest distinguishes it from every other", async () => {
    expect(await fixedSource("one").load()).toBe("one");
    expect(digestOf("one")).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf("one")).not.toBe(digestOf("one "));
  });
});
