import { describe, expect, it } from "vitest";
import { GatewayUnavailableError, SignedOutError } from "../../../../../src/client/errors.js";
import { run } from "../../../../../src/page/panels/operation/run.js";

const INPUT = { query: "{ me }", operationName: undefined, variables: {} };
const EXPIRED = {
  errors: [{ message: "x", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } }],
};
const SERVED = { data: { me: "alice" } };

/** A gateway that answers in turn, and remembers the credentials it was sent. */
function aGateway(...answers: readonly (() => Response)[]) {
  const rest = [...answers];
  const sent: (string | null)[] = [];
  return {
    sent,
    fetch: async (_url: string, init: RequestInit): Promise<Response> => {
      sent.push(new Headers(init.headers).get("authorization"));
      const next = rest.shift();
      if (next === undefined) throw new TypeError("no more answers");
      return next();
    },
  };
}
const options = (gateway: ReturnType<typeof aGateway>, token: string | undefined = "one") => ({
  graphqlUrl: "http://gateway.invalid/graphql",
  session: { accessToken: async () => token, refresh: async () => "two" },
  signal: new AbortController().signal,
  fetch: gateway.fetch,
});

describe("an operation that is run", () => {
  it("is sent with the session, and its answer is shown with status and headers", async () => {
    const gateway = aGateway(() => Response.json(SERVED, { status: 200, headers: { "x-request-id": "r" } }));
    const outcome = await run(INPUT, options(gateway));
    expect(outcome).toMatchObject({
      kind: "answered",
      status: 200,
      body: SERVED,
      answer: SERVED,
      refreshed: false,
    });
    expect(outcome).toMatchObject({ headers: expect.arrayContaining([["x-request-id", "r"]]) });
    expect(gateway.sent).toEqual(["Bearer one"]);
  });

  it("is repeated once when the credential is refused", async () => {
    const gateway = aGateway(
      () => Response.json(EXPIRED),
      () => Response.json(EXPIRED),
    );
    const outcome = await run(INPUT, options(gateway));
    expect(outcome).toMatchObject({ kind: "answered", refreshed: true, body: EXPIRED });
    expect(gateway.sent).toEqual(["Bearer one", "Bearer two"]);
  });

  it("is not repeated for a visitor", async () => {
    const gateway = aGateway(() => Response.json(EXPIRED));
    const { session, ...rest } = options(gateway);
    await run(INPUT, { ...rest, session: { ...session, accessToken: async () => undefined } });
    expect(gateway.sent).toEqual([null]);
  });

  it("does not step up by itself", async () => {
    const refused = { errors: [{ message: "x", extensions: { code: "STEP_UP_REQUIRED" } }] };
    const gateway = aGateway(() => Response.json(refused));
    expect(await run(INPUT, options(gateway))).toMatchObject({ body: refused });
    expect(gateway.sent).toHaveLength(1);
  });

  it("shows an answer that is no GraphQL as its text", async () => {
    const gateway = aGateway(() => new Response("<h1>Proxy</h1>", { status: 502 }));
    expect(await run(INPUT, options(gateway))).toMatchObject({
      kind: "answered",
      status: 502,
      body: "<h1>Proxy</h1>",
      answer: undefined,
    });
  });

  it.each([
    [new SignedOutError("SESSION_EXPIRED"), "The session has ended. Sign in again."],
    [
      new GatewayUnavailableError("The gateway could not answer (HTTP 503)."),
      "The gateway could not answer (HTTP 503).",
    ],
    [new TypeError("fetch failed"), "The gateway could not be reached."],
  ])("says why there is no answer", async (error, message) => {
    const { session, ...rest } = options(aGateway());
    const failing = { ...session, accessToken: () => Promise.reject(error) };
    expect(await run(INPUT, { ...rest, session: failing })).toEqual({ kind: "failed", message });
  });

  it("is aborted without being called a failure", async () => {
    const controller = new AbortController();
    const gateway = aGateway(() => {
      controller.abort();
      throw new DOMException("aborted", "AbortError");
    });
    expect(await run(INPUT, { ...options(gateway), signal: controller.signal })).toEqual({ kind: "aborted" });
  });
});
