import { mkdtempSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { maxClientConnections, openFilesLimit } from "../../../src/http/open-files.js";
import { createFakeClock } from "../../support/fake-clock.js";

const sockets: Socket[] = [];
let listener: Listener | undefined;
afterEach(async () => {
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

describe("a port with a limit of connections", () => {
  it("closes what comes beyond it, takes others when one has gone, and reports once a minute", async () => {
    const reports: unknown[] = [];
    const clock = createFakeClock();
    listener = createListener({
      host: "127.0.0.1",
      port: 0,
      clock,
      router: () => undefined,
      headersTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      drainTimeoutMs: 0,
      trustIds: false,
      maxConnections: 2,
      crowded: (refused, why) => reports.push([refused, why]),
      failed: () => undefined,
    });
    const port = await listener.listen();
    const [first, second] = [connectTo(port), connectTo(port)];
    await expect.poll(() => [first, second].map(({ socket }) => socket.readyState)).toEqual(["open", "open"]);
    const more = [connectTo(port), connectTo(port), connectTo(port)];
    await expect.poll(() => more.map(({ closed }) => closed())).toEqual([true, true, true]);
    expect([first.closed(), second.closed()]).toEqual([false, false]);
    expect(reports).toEqual([[1, "2 are open"]]);

    clock.advanceSeconds(60);
    const late = connectTo(port);
    await expect.poll(late.closed).toBe(true);
    expect(reports.slice(1)).toEqual([[3, "2 are open"]]);

    first.socket.destroy();
    const isTaken = async () => {
      const next = connectTo(port);
      await pause(50);
      return !next.closed();
    };
    await expect.poll(isTaken).toBe(true);
  });
});

describe("the number of clients", () => {
  it.each([
    [1_048_576, 786_432],
    [1_024, 768],
    [256, 128],
    [100, 16],
  ])("of a process that may open %i files is %i", (limit, clients) => {
    expect(maxClientConnections(limit)).toBe(clients);
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
