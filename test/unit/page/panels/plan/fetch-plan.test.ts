import { describe, expect, it } from "vitest";
import { fetchPlan } from "../../../../../src/page/panels/plan/fetch-plan.js";

const REQUEST = { query: "{ me }" };
const withAnswer = (answer: () => Response, token?: () => Promise<string | undefined>) => {
  const sent: RequestInit[] = [];
  return {
    sent,
    options: {
      url: "/plan",
      session: { accessToken: token ?? (async () => "token") },
      fetch: async (_url: string, init: RequestInit) => {
        sent.push(init);
        return answer();
      },
    },
  };
};

describe("the plan of an operation", () => {
  it("is asked for as the caller", async () => {
    const plan = {
      operation: "{ me }",
      decision: "allowed",
      selections: [],
      plan: { judged: "", parts: [] },
    };
    const { options, sent } = withAnswer(() => Response.json(plan));
    expect(await fetchPlan(REQUEST, options)).toEqual({ kind: "planned", plan });
    expect(new Headers(sent[0]?.headers).get("authorization")).toBe("Bearer token");
  });

  it("is a visitor's while the session cannot be refreshed", async () => {
    const { options, sent } = withAnswer(
      () => Response.json({ message: "no" }, { status: 503 }),
      () => Promise.reject(new Error("503")),
    );
    expect(await fetchPlan(REQUEST, options)).toEqual({ kind: "refused", message: "no", fix: undefined });
    expect(new Headers(sent[0]?.headers).get("authorization")).toBeNull();
  });

  it("says what was wrong, and how to fix it", async () => {
    const { options } = withAnswer(() =>
      Response.json({ message: "Syntax", fix: "Close it." }, { status: 400 }),
    );
    expect(await fetchPlan(REQUEST, options)).toEqual({
      kind: "refused",
      message: "Syntax",
      fix: "Close it.",
    });
  });

  it("is refused when the gateway is away", async () => {
    const { options } = withAnswer(() => new Response("<html>", { status: 502 }));
    expect(await fetchPlan(REQUEST, options)).toMatchObject({ kind: "refused" });
  });
});
