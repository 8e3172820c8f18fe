import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { type SmallGateway, startSmallGateway } from "../support/small-gateway.js";

let gateway: SmallGateway;
let ran: (string | null)[] = [];
afterEach(() => gateway.stop());

const LISTED = "query Listed { a }";
const OTHER = "query Other { b }";
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

async function start(only: boolean): Promise<void> {
  ran = [];
  gateway = await startSmallGateway(
    ({ name }) => {
      ran.push(name);
      return { data: { a: 1 } };
    },
    {
      persistedDocuments: {
        byId: new Map([
          ["listed-1", LISTED],
          [hash(LISTED), LISTED],
        ]),
        only,
      },
    },
  );
}

const post = async (body: object): Promise<number> =>
  (
    await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })
  ).status;

const get = async (parameters: Readonly<Record<string, string>>): Promise<number> =>
  (
    await fetch(`${gateway.url}?${new URLSearchParams(parameters)}`, {
      headers: { "apollo-require-preflight": "1" },
    })
  ).status;

const apq = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hash(text) } });

describe("persisted documents", () => {
  it("run by id, by hash, over POST and GET", async () => {
    await start(false);
    expect(await post({ documentId: "listed-1" })).toBe(200);
    expect(await post({ extensions: apq(LISTED) })).toBe(200);
    expect(await get({ documentId: "listed-1" })).toBe(200);
    expect(await get({ extensions: JSON.stringify(apq(LISTED)) })).toBe(200);
    expect(ran).toEqual(["Listed", "Listed", "Listed", "Listed"]);
  });

  it("leave everything else to run where they are not the only ones", async () => {
    await start(false);
    expect(await post({ query: OTHER })).toBe(200);
    expect(await post({ query: OTHER, extensions: apq(OTHER) })).toBe(200);
  });

  it("refuse a query that is not the document of its id", async () => {
    await start(false);
    expect(await post({ documentId: "listed-1", query: OTHER })).toBe(400);
    expect(await post({ query: OTHER, extensions: apq(LISTED) })).toBe(400);
    expect(ran).toEqual([]);
  });

  it.each([
    ["another text", () => post({ query: OTHER })],
    ["another text beside a listed id", () => post({ documentId: "listed-1", query: OTHER })],
    ["another text under a listed hash", () => post({ query: OTHER, extensions: apq(LISTED) })],
    ["another text with its own hash, to register it", () => post({ query: OTHER, extensions: apq(OTHER) })],
    ["an unknown id", () => post({ documentId: "__proto__" })],
    ["an unknown hash", () => post({ extensions: apq(OTHER) })],
    ["nothing", () => post({ variables: {} })],
    ["another text over GET", () => get({ query: OTHER })],
    [
      "two texts over GET",
      async () =>
        (
          await fetch(
            `${gateway.url}?${new URLSearchParams([
              ["query", LISTED],
              ["query", OTHER],
            ])}`,
            { headers: { "apollo-require-preflight": "1" } },
          )
        ).status,
    ],
    ["a listed text with a comment", () => post({ query: `${LISTED} # x` })],
  ])("alone, refuse %s before anything runs", async (_, attempt) => {
    await start(true);
    expect(await attempt()).toBe(400);
    expect(ran).toEqual([]);
  });

  it("alone, still serve the listed text spelt out", async () => {
    await start(true);
    expect(await post({ query: LISTED })).toBe(200);
    expect(await post({ documentId: "listed-1" })).toBe(200);
  });
});
