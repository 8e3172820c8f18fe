import { describe, expect, it } from "vitest";
import { freshnessCountdown, tokenCountdown } from "../../../../../src/page/panels/you/countdown.js";
import { durationText } from "../../../../../src/page/panels/you/duration.js";

const at = (seconds: number): number => seconds * 1000;

describe("a countdown", () => {
  it("says in words how long the access token is valid, and when it is not", () => {
    const life = { issuedAt: 1000, expiresAt: 1300 };
    expect(tokenCountdown(life, at(1000))).toMatchObject({
      phase: "ample",
      share: 1,
      text: "Valid for 5 min.",
    });
    expect(tokenCountdown(life, at(1280))).toMatchObject({ phase: "soon", secondsLeft: 20 });
    expect(tokenCountdown(life, at(1280)).text).toContain("Expires in 20 s");
    expect(tokenCountdown(life, at(1300))).toMatchObject({ phase: "over", share: 0, secondsLeft: 0 });
    expect(tokenCountdown(life, at(9999)).text).toContain("Expired");
  });

  it("counts freshness from the last proof of identity", () => {
    const proof = { authTime: 1000, freshSeconds: 60 };
    expect(freshnessCountdown(proof, at(1015)).text).toBe("Fresh for 45 s. Fields with fresh are open.");
    expect(freshnessCountdown(proof, at(1051)).phase).toBe("soon");
    expect(freshnessCountdown(proof, at(1060)).phase).toBe("over");
    expect(freshnessCountdown(proof, at(1120)).text).toContain("was 2 min ago");
  });

  it("never says that there is more left than there can be", () => {
    expect(tokenCountdown({ issuedAt: 1000, expiresAt: 1300 }, at(0)).share).toBe(1);
    expect(tokenCountdown({ issuedAt: 1000, expiresAt: 1000 }, at(999)).share).toBe(0);
  });

  it.each([
    [-3, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [252, "4 min 12 s"],
    [3600, "1 h"],
    [7500, "2 h 5 min"],
    [90_000, "1 d 1 h"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
