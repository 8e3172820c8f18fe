import { describe, expect, it } from "vitest";
import { Departure } from "../../../src/http/departure.js";

describe("a client's departure", () => {
  it("is told to everyone who still listens, once", () => {
    const departure = new Departure();
    const told: string[] = [];
    const leaving = () => told.push("left before");
    departure.addEventListener("abort", () => told.push("first"));
    departure.addEventListener("abort", leaving);
    departure.addEventListener("abort", () => told.push("second"));
    departure.removeEventListener("abort", leaving);
    expect(departure.aborted).toBe(false);
    departure.tell();
    departure.tell();
    expect([departure.aborted, told]).toEqual([true, ["first", "second"]]);
  });

  it("lets a listener take itself out while it is told", () => {
    const departure = new Departure();
    const told: number[] = [];
    for (const each of [1, 2]) {
      const listener = () => {
        departure.removeEventListener("abort", listener);
        told.push(each);
      };
      departure.addEventListener("abort", listener);
    }
    departure.tell();
    expect(told).toEqual([1, 2]);
  });
});
