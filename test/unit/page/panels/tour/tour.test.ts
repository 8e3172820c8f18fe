import { describe, expect, it, vi } from "vitest";
import type { ButtonAnswer } from "../../../../../src/http/page/contract.js";
import { happenedText, pressButton } from "../../../../../src/page/panels/tour/press-button.js";
import {
  ended,
  NOT_STARTED,
  progressText,
  started,
  withCheck,
} from "../../../../../src/page/panels/tour/progress.js";

const aStep = (...checks: readonly boolean[]) =>
  checks.reduce(
    (progress, holds, at) =>
      withCheck(progress, "bob", { name: `check ${at}`, holds, found: "x".repeat(400) }),
    started({}, "bob"),
  );

describe("the progress of a step", () => {
  it("is passed only when there are checks and all of them hold", () => {
    expect(ended(aStep(true, true), "bob")["bob"]?.state).toBe("passed");
    expect(ended(aStep(true, false), "bob")["bob"]?.state).toBe("failed");
    expect(ended(aStep(), "bob")["bob"]?.state).toBe("failed");
  });

  it("shows what was found where a check does not hold, shortened", () => {
    const [good, bad] = aStep(true, false)["bob"]?.checks ?? [];
    expect(good?.found).toBe("");
    expect(bad?.found).toHaveLength(301);
  });

  it("begins anew when the step is run again", () => {
    expect(started(aStep(false), "bob")["bob"]).toEqual({ state: "running", checks: [] });
  });

  it("is told in words", () => {
    expect(progressText(NOT_STARTED)).toBe("Not run yet.");
    expect(progressText(ended(aStep(true, false), "bob")["bob"] ?? NOT_STARTED)).toBe(
      "Failed: 1 of 2 checks ok.",
    );
  });
});

describe("a button of the demo", () => {
  const session = (token: string | undefined) => ({
    accessToken: vi.fn(async () => token),
    refresh: vi.fn(async () => "new"),
  });
  const answering = (body: object, status = 200) => vi.fn(async () => Response.json(body, { status }));
  const done: ButtonAnswer = { done: true, happened: "It is done." };

  it("sends the token of this page, and nothing else that would say who calls", async () => {
    const fetch = answering(done);
    await pressButton("age-login", session("t"), {}, fetch);
    const [url, init] = (fetch.mock.calls as unknown as [string, RequestInit][])[0] ?? [];
    expect(url).toBe("/_cardea/demo/age-login");
    expect(init).toMatchObject({ method: "POST", headers: { authorization: "Bearer t" }, body: "{}" });
  });

  it("renews the tokens when they have changed, and only then", async () => {
    const [changed, same] = [session("t"), session("t")];
    await pressButton("age-login", changed, {}, answering({ ...done, tokens: "refresh" }));
    await pressButton("forget-directive", same, {}, answering(done));
    expect(changed.refresh).toHaveBeenCalledWith("t");
    expect(same.refresh).not.toHaveBeenCalled();
  });

  it("lets the session find out that it has ended", async () => {
    const ends = { ...session("t"), refresh: vi.fn(() => Promise.reject(new Error("ended"))) };
    expect(
      await pressButton("replay-stolen", ends, {}, answering({ ...done, tokens: "ended" })),
    ).toMatchObject({
      tokens: "ended",
    });
    expect(ends.refresh).toHaveBeenCalledTimes(1);
  });

  it("fails with the words of the gateway", async () => {
    const refused = answering({ message: "Sign in.", fix: "Open the panel You." }, 401);
    await expect(pressButton("age-login", session(undefined), {}, refused)).rejects.toThrow(
      "Sign in. Open the panel You.",
    );
    const broken = vi.fn(async () => new Response("<html>", { status: 502 }));
    await expect(pressButton("age-login", session("t"), {}, broken)).rejects.toThrow("HTTP 502");
  });

  it("tells what the thief was answered", () => {
    expect(
      happenedText({ ...done, answered: { status: 400, code: "INVALID_GRANT", reason: "SESSION_REUSED" } }),
    ).toBe("It is done. The answer was: HTTP 400, INVALID_GRANT, SESSION_REUSED.");
    expect(happenedText(done)).toBe("It is done.");
  });
});
