import { describe, expect, it } from "vitest";
import { ClientDisconnect } from "../../../src/http/client-disconnect.js";

describe("a client's disconnect", () => {
  it("notifies each remaining listener once", () => {
    const disconnect = new ClientDisconnect();
    const notified: string[] = [];
    const leaving = () => notified.push("left before");
    disconnect.addEventListener("abort", () => notified.push("first"));
    disconnect.addEventListener("abort", leaving);
    disconnect.addEventListener("abort", () => notified.push("second"));
    disconnect.removeEventListener("abort", leaving);
    expect(disconnect.aborted).toBe(false);
    disconnect.notify();
    disconnect.notify();
    expect([disconnect.aborted, notified]).toEqual([true, ["first", "second"]]);
  });

  it("lets a listener remove itself while it is notified", () => {
    const disconnect = new ClientDisconnect();
    const notified: number[] = [];
    for (const each of [1, 2]) {
      const listener = () => {
        disconnect.removeEventListener("abort", listener);
        notified.push(each);
      };
      disconnect.addEventListener("abort", listener);
    }
    disconnect.notify();
    expect(notified).toEqual([1, 2]);
  });
});
