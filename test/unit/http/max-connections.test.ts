import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Clock } from "../../../src/domain/time.js";
import { createListener, type Listener, type ListenerOptions } from "../../../src/http/listener.js";
import { connectionShares, fewOpenFilesNote, openFilesLimit } from "../../../src/http/open-files.js";
import { createRouter } from "../../../src/http/router.js";
import { createFakeClock } from "../../support/fake-clock.js";

const sockets: Socket[] = [];
let listener: Listener | undefined;
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.drain();
});

const connectTo = (port: number): { readonly socket: Socket; readonly closed: () => boolean } => {
  let isClosed = false;
  const socket = connect(port, "127.0.0.1").resume();
  socket.on("close", () => {
    isClosed = true;
  });
  socket.on("error", () => undefined);
  sockets.push(socket);
  return { socket, closed: () => isClosed };
};

/** Releases the answers of `/slow`. */
const slow: (() => void)[] = [];
const ok = { status: 200, body: "{}" };
const router = createRouter([
  { name: "fast", path: "/fast", methods: ["GET"], handle: () => ok },
  {
    name: "slow",
    path: "/slow",
    methods: ["GET"],
    handle: () => new Promise((resolve) => slow.push(() => resolve(ok))),
  },
]);

const listenForTwo = (clock: Clock, crowded: NonNullable<ListenerOptions["crowded"]>): Promise<number> => {
  listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock,
    router: () => router,
    headersTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    drainTimeoutMs: 0,
    trustIds: false,
    maxConnections: 2,
    crowded,
    failed: () => undefined,
  });
  return listener.listen();
};

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

describe("a port with a limit of connections", () => {
  it("closes what comes beyond it, takes others when one has gone, and reports once a minute", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const reports: unknown[] = [];
    const port = await listenForTwo(createFakeClock(), (...report) => reports.push(report));
    const [first, second] = [connectTo(port), connectTo(port)];
    await expect.poll(() => [first, second].map(({ socket }) => socket.readyState)).toEqual(["open", "open"]);
    const more = [connectTo(port), connectTo(port), connectTo(port)];
    await expect.poll(() => more.map(({ closed }) => closed())).toEqual([true, true, true]);
    expect([first.closed(), second.closed()]).toEqual([false, false]);
    expect(reports).toEqual([[{ refused: 1, replaced: 0 }, "2 are open"]]);

    // Though no further connection comes.
    vi.advanceTimersByTime(60_000);
    expect(reports.slice(1)).toEqual([[{ refused: 2, replaced: 0 }, "2 are open"]]);
    vi.advanceTimersByTime(600_000);
    expect(reports).toHaveLength(2);
    const late = connectTo(port);
    await expect.poll(late.closed).toBe(true);
    expect(reports.slice(2)).toEqual([[{ refused: 1, replaced: 0 }, "2 are open"]]);

    first.socket.destroy();
    const isTaken = async () => {
      const next = connectTo(port);
      await pause(50);
      return !next.closed();
    };
    await expect.poll(isTaken).toBe(true);
  });

  it("gives the place of the one idle for longest to a newcomer, and never that of a running request", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const reports: unknown[] = [];
    const clock = createFakeClock();
    const port = await listenForTwo(clock, (...report) => reports.push(report));
    const [waiting, idle] = [connectTo(port), connectTo(port)];
    waiting.socket.write(ask("/fast"));
    await once(waiting.socket, "data");
    waiting.socket.write(ask("/slow"));
    await expect.poll(() => slow.length).toBe(1);
    idle.socket.write(ask("/fast"));
    await once(idle.socket, "data");
    await pause(50);

    // In use a moment ago: not for a newcomer.
    const early = connectTo(port);
    await expect.poll(early.closed).toBe(true);
    expect(idle.closed()).toBe(false);

    clock.advanceSeconds(61);
    vi.advanceTimersByTime(61_000);
    const newcomer = connectTo(port);
    newcomer.socket.write(ask("/fast"));
    await once(newcomer.socket, "data");
    expect([waiting.closed(), idle.closed()]).toEqual([false, true]);
    expect(reports).toEqual([
      [{ refused: 1, replaced: 0 }, "2 are open"],
      [{ refused: 0, replaced: 1 }, "2 are open"],
    ]);

    for (const answer of slow.splice(0)) answer();
    const [text] = (await once(waiting.socket, "data")) as [Buffer];
    expect(text.toString()).toContain("200 OK");
  });
});

describe("what a process may open", () => {
  it.each([
    [1_048_576, { clients: 786_304, subgraphs: 262_144 }],
    [1_024, { clients: 640, subgraphs: 256 }],
    [400, { clients: 200, subgraphs: 100 }],
    [256, { clients: 128, subgraphs: 64 }],
    [100, { clients: 16, subgraphs: 25 }],
  ])("is divided among clients and subgraphs: of %i files", (limit, shares) => {
    expect(connectionShares(limit)).toEqual(shares);
  });

  it("leaves 64 at least for the rest, whatever the limit is", () => {
    for (let limit = 107; limit < 5_000; limit += 1) {
      const { clients, subgraphs } = connectionShares(limit);
      expect(limit - clients - subgraphs, String(limit)).toBeGreaterThanOrEqual(64);
    }
  });

  it("is told where it is little, with what helps", () => {
    expect(fewOpenFilesNote(65_536)).toBeUndefined();
    expect(fewOpenFilesNote(1_024)).toMatch(
      /may open 1024 files: at most 640 connections of clients and 256 to subgraphs.*ulimit -n; LimitNOFILE=/,
    );
  });

  it("follows what the system says of the process, and nothing where it says nothing", () => {
    const path = join(mkdtempSync(join(tmpdir(), "cardea-limits-")), "limits");
    expect(openFilesLimit(path)).toBeUndefined();
    writeFileSync(path, "Max processes  10  10  processes\nMax open files            512    4096    files\n");
    expect(openFilesLimit(path)).toBe(512);
    writeFileSync(path, "Max open files            unlimited    unlimited    files\n");
    expect(openFilesLimit(path)).toBeUndefined();
  });
});
