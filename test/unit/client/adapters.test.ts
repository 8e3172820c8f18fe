import { describe, expect, it } from "vitest";
import { axiosPreset } from "../../../src/client/axios.js";
import { createAuthFetch, SignedOutError } from "../../../src/client/index.js";
import { relayFetch } from "../../../src/client/relay.js";
import { urqlAuth } from "../../../src/client/urql.js";

const REFUSED = [{ extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } }];
const CHALLENGED = [{ extensions: { code: "STEP_UP_REQUIRED" } }];

/** The part of a session that adapters use, with tokens `at1`, `at2` … */
const aSession = (delivery: "bearer" | "cookie" = "bearer") => {
  let count = 1;
  const listeners: (() => void)[] = [];
  const refreshed: string[] = [];
  return {
    delivery,
    refreshed,
    change: () => listeners.forEach((listener) => void listener()),
    accessToken: async () => `at${count}`,
    refresh: async (used: string) => {
      refreshed.push(used);
      count += 1;
      return `at${count}`;
    },
    subscribe: (listener: () => void) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
};

describe("the fetch that carries a session", () => {
  const sentTo = async (input: string | URL | Request, url: string): Promise<string | null> => {
    let authorization: string | null = "not sent";
    const authFetch = createAuthFetch({ ...aSession(), url }, async (_, init = {}) => {
      authorization = new Headers(init.headers).get("authorization");
      return new Response("{}");
    });
    await authFetch(input);
    return authorization;
  };

  it.each([
    ["https://api.example.test/graphql"],
    ["https://api.example.test/other"],
    ["/graphql"],
    [new URL("https://api.example.test/graphql")],
    [new Request("https://api.example.test/graphql")],
  ])("gives its token to the gateway: %s", async (input) => {
    expect(await sentTo(input, "https://api.example.test/graphql")).toBe("Bearer at1");
  });

  it.each([
    ["https://evil.example.test/graphql"],
    ["http://api.example.test/graphql"],
    ["https://api.example.test:8443/graphql"],
    ["https://api.example.test@evil.example.test/graphql"],
    ["//evil.example.test/graphql"],
    [new URL("https://evil.example.test/graphql")],
    [new Request("https://evil.example.test/graphql")],
  ])("gives its token to nobody else: %s", async (input) => {
    expect(await sentTo(input, "https://api.example.test/graphql")).toBeNull();
  });
});

describe("cookie delivery", () => {
  it("is sent by the browser: fetch includes credentials, and no header names a token", async () => {
    const seen: RequestInit[] = [];
    const authFetch = createAuthFetch(aSession("cookie"), async (_, init = {}) => {
      seen.push(init);
      return new Response("{}");
    });
    await authFetch("https://api.example.test/graphql", { headers: { "x-own": "1" } });
    expect(seen).toEqual([{ headers: { "x-own": "1" }, credentials: "include" }]);
  });

  it("is sent by axios with credentials, and by urql without a header", async () => {
    const headers = new Map<string, string>();
    const config = { headers: { set: headers.set.bind(headers), get: headers.get.bind(headers) } };
    expect(await axiosPreset(aSession("cookie")).authorize(config)).toMatchObject({ withCredentials: true });
    const auth = await urqlAuth(aSession("cookie"))({
      appendHeaders: (operation: object, added) => ({ ...operation, added }),
    });
    expect(auth.addAuthToOperation({ key: 1 })).toEqual({ key: 1 });
    expect([...headers]).toEqual([]);
  });
});

describe("the settings for urql", () => {
  const withAuth = (session: ReturnType<typeof aSession>, by?: "code" | "status") =>
    urqlAuth(
      session,
      by === undefined ? {} : { by },
    )({
      appendHeaders: (operation: object, added) => ({ ...operation, added }),
    });

  it("take a refused credential for one, and a challenge not", async () => {
    const auth = await withAuth(aSession());
    expect(auth.didAuthError({ graphQLErrors: REFUSED })).toBe(true);
    expect(auth.didAuthError({ graphQLErrors: CHALLENGED, response: { status: 403 } })).toBe(false);
  });

  it("by status look at nothing else", async () => {
    const auth = await withAuth(aSession(), "status");
    expect(auth.didAuthError({ graphQLErrors: [], response: { status: 401 } })).toBe(true);
    expect(auth.didAuthError({ graphQLErrors: REFUSED, response: { status: 200 } })).toBe(false);
  });

  it("read the token again after somebody signed in, and refresh the one that was refused", async () => {
    const session = aSession();
    const auth = await withAuth(session);
    session.change();
    expect(auth.willAuthError()).toBe(true);
    await auth.refreshAuth();
    expect([auth.willAuthError(), session.refreshed]).toEqual([false, []]);
    await auth.refreshAuth();
    expect(session.refreshed).toEqual(["at1"]);
    expect(auth.addAuthToOperation({})).toEqual({ added: { authorization: "Bearer at2" } });
  });

  it("hand the end of the session to urql", async () => {
    const auth = await withAuth({ ...aSession(), refresh: () => Promise.reject(new SignedOutError()) });
    await expect(auth.refreshAuth()).rejects.toBeInstanceOf(SignedOutError);
  });
});

describe("the preset for axios", () => {
  it("refreshes the token that was sent, and only for a refused credential", async () => {
    const session = aSession();
    const { refresh, options } = axiosPreset(session);
    const config = { headers: { get: () => "Bearer at0", set: () => undefined } };
    await refresh({ config });
    expect(session.refreshed).toEqual(["at0"]);
    expect(options.shouldRefresh({ response: { data: { errors: REFUSED } } })).toBe(true);
    expect(options.shouldRefresh({ response: { data: { errors: CHALLENGED } } })).toBe(false);
    expect(options.shouldRefresh({})).toBe(false);
  });
});

describe("axios", () => {
  it.each([
    [{ baseURL: "https://api.example.test/graphql", url: "" }, true],
    [{ baseURL: "https://evil.example.test/graphql" }, false],
    [{ baseURL: "https://api.example.test/graphql", url: "https://evil.example.test/" }, false],
    [{ baseURL: "https://api.example.test/graphql", url: "//evil.example.test/" }, false],
    [{ url: "https://api.example.test/graphql" }, true],
  ])("gives the token to the gateway alone: %j", async (addresses, isSent) => {
    const headers = new Map<string, string>();
    const config = {
      headers: { set: headers.set.bind(headers), get: headers.get.bind(headers) },
      ...addresses,
    };
    await axiosPreset({ ...aSession(), url: "https://api.example.test/graphql" }).authorize(config);
    expect(headers.has("authorization")).toBe(isSent);
  });
});

describe("the function for Relay", () => {
  it("names an operation that has no text", async () => {
    const send = relayFetch({ request: () => Promise.reject(new Error("not sent")) });
    await expect(send({ name: "Persisted" }, {})).rejects.toThrow('"Persisted" has no text');
  });
});
