import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT, sessionId } from "../../../src/domain/brand.js";
import type { Revocation } from "../../../src/domain/revocation.js";
import { createAnnouncer } from "../../../src/sessions/revocation-log.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";

const entry: Revocation = {
  kind: "token",
  issuer: "https://a.example",
  tokenId: "one",
  until: 2_000_000_000,
};

describe("whoever must stop at once", () => {
  it("hears of each revocation in the turn in which it is known, and only of news", () => {
    const { revocations } = createMemoryStores({ clock: createFakeClock(1_900_000_000_000) });
    const heard: Revocation[] = [];
    revocations.onRevoked((each) => heard.push(each));
    revocations.apply(entry);
    revocations.apply(entry);
    expect(heard).toEqual([entry]);
    revocations.apply({ ...entry, until: entry.until + 1 });
    expect(heard).toHaveLength(2);
  });

  it("hears nothing any more once it stopped listening", () => {
    const { add, announce } = createAnnouncer();
    const heard: string[] = [];
    const stop = add(() => heard.push("first"));
    add(() => heard.push("second"));
    stop();
    announce(entry);
    expect(heard).toEqual(["second"]);
  });

  it("hears although another listener fails", () => {
    const { add, announce } = createAnnouncer();
    const heard: Revocation[] = [];
    add(() => {
      throw new Error("a listener's own trouble");
    });
    add((each) => heard.push(each));
    const session: Revocation = {
      kind: "session",
      tenant: DEFAULT_TENANT,
      sessionId: sessionId("s"),
      until: 1,
    };
    announce(session);
    expect(heard).toEqual([session]);
  });
});
