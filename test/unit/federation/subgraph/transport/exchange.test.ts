import { gzipSync } from "node:zlib";
import type { Dispatcher, Pool } from "undici";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exchange } from "../../../../../src/federation/subgraph/transport/exchange.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An exchange whose other side is played by the test. */
const begin = (client = new AbortController()) => {
  let other: Required<Dispatcher.DispatchHandler> | undefined;
  const aborted: string[] = [];
  const controller = { abort: (reason: Error) => void aborted.push(reason.message) } as never;
  const pool = {
    dispatch(_options: unknown, handler: Required<Dispatcher.DispatchHandler>) {
      other = handler;
      handler.onRequestStart(controller, undefined);
    },
  } as unknown as Pool;
  const input = { path: "/", headers: [], body: "{}", deadlineMs: 100, maxResponseBytes: 64 };
  const result = exchange(pool, { ...input, signal: client.signal });
  return {
    result,
    aborted,
    isSent: () => other !== undefined,
    start: (status: number, headers: object = {}) =>
      other?.onResponseStart(controller, status, headers as never, ""),
    data: (chunk: Buffer | string) => other?.onResponseData(controller, Buffer.from(chunk)),
    end: () => other?.onResponseEnd(controller, {}),
    fail: (error: Error) => other?.onResponseError(controller, error),
  };
};

describe("an exchange", () => {
  it("returns the whole body, however it was split", async () => {
    const { result, start, data, end } = begin();
    start(200, { "set-cookie": "a=1" });
    for (const part of ["{", '"data"', ":1}"]) data(part);
    end();
    expect(await result).toEqual({
      kind: "response",
      status: 200,
      body: Buffer.from('{"data":1}'),
      setCookies: ["a=1"],
    });
  });

  it("ends at its deadline though a byte comes now and then, and leaves no timer behind", async () => {
    const { result, start, data, aborted } = begin();
    start(200);
    await vi.advanceTimersByTimeAsync(60);
    data("{");
    await vi.advanceTimersByTimeAsync(60);
    expect(await result).toMatchObject({ failure: "timeout", isUnanswered: false });
    expect(aborted).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when the client leaves, and is not begun for one who has left", async () => {
    const client = new AbortController();
    const { result, aborted } = begin(client);
    client.abort();
    expect(await result).toMatchObject({ failure: "gone" });
    expect(aborted).toHaveLength(1);
    const late = begin(client);
    expect(await late.result).toMatchObject({ failure: "gone" });
    expect(late.isSent()).toBe(false);
  });

  it("takes no more than the bound: announced, sent, or unpacked", async () => {
    const announced = begin();
    announced.start(200, { "content-length": "65" });
    expect(await announced.result).toMatchObject({ failure: "too_large" });
    const sent = begin();
    sent.start(200);
    sent.data("x".repeat(65));
    expect(await sent.result).toMatchObject({ failure: "too_large" });
    const packed = begin();
    packed.start(200, { "content-encoding": "GZIP" });
    packed.data(gzipSync("x".repeat(1000)));
    packed.end();
    expect(await packed.result).toMatchObject({ failure: "too_large" });
  });

  it("reports whether any part of an answer arrived: only without one may a query be sent again", async () => {
    const before = begin();
    before.fail(new Error("reset"));
    expect(await before.result).toMatchObject({ failure: "connection", isUnanswered: true });
    const after = begin();
    after.start(200);
    after.fail(new Error("reset"));
    expect(await after.result).toMatchObject({ failure: "connection", isUnanswered: false });
  });

  it.each([
    ["nobody asked for", "zstd"],
    ["that does not unpack", "gzip"],
  ])("refuses an encoding %s", async (_name, encoding) => {
    const { result, start, data, end } = begin();
    start(200, { "content-encoding": encoding });
    data("plain");
    end();
    expect(await result).toMatchObject({ kind: "failed", failure: "malformed" });
  });
});
