import { describe, expect, it } from "vitest";
import { createAuthLink, type Session, SignedOutError } from "../../../src/client/index.js";

interface Observer {
  next(value: unknown): void;
  error(reason: unknown): void;
  complete(): void;
}

/** Apollo Client's two classes, as small as they can be and still behave like them. */
class Observable {
  constructor(private readonly source: (observer: Observer) => (() => void) | undefined) {}
  subscribe(observer: Observer): { unsubscribe(): void } {
    const stop = this.source(observer);
    return { unsubscribe: () => stop?.() };
  }
}
class ApolloLink {
  constructor(
    readonly request: (operation: Operation, forward: (operation: Operation) => Observable) => Observable,
  ) {}
}
interface Operation {
  readonly query?: unknown;
  getContext(): Readonly<Record<string, unknown>>;
  setContext(context: Readonly<Record<string, unknown>>): void;
}

const anOperation = (kind: string): Operation => {
  let context: Readonly<Record<string, unknown>> = { headers: { "x-trace": "1" } };
  return {
    query: { kind: "Document", definitions: [{ kind: "OperationDefinition", operation: kind }] },
    getContext: () => context,
    setContext: (next) => {
      context = { ...context, ...next };
    },
  };
};

const EXPIRED = {
  errors: [{ message: "Sign in.", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } }],
};
const FORBIDDEN = { data: { a: null }, errors: [{ message: "No.", extensions: { code: "FORBIDDEN" } }] };

type Script = (observer: Observer) => void;

/** Runs one operation through the link. Each script is the answer to one forwarded request. */
async function through(scripts: Script[], session: Partial<Session> = {}, kind = "query") {
  const headers: unknown[] = [];
  const refreshed: string[] = [];
  const link = createAuthLink(
    { ApolloLink, Observable },
    {
      accessToken: async () => "old",
      refresh: async (used) => {
        refreshed.push(used);
        return "new";
      },
      ...session,
    },
  );
  const forward = (operation: Operation) => {
    headers.push(operation.getContext()["headers"]);
    const script = scripts.shift();
    return new Observable((observer) => {
      queueMicrotask(() => script?.(observer));
      return undefined;
    });
  };
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    link.request(anOperation(kind), forward).subscribe({
      next: (value) => seen.push(value),
      error: (reason) => {
        seen.push(reason);
        resolve();
      },
      complete: resolve,
    });
  });
  return { headers, refreshed, seen };
}

const answer =
  (value: unknown): Script =>
  (observer) => {
    observer.next(value);
    observer.complete();
  };
const fail =
  (reason: unknown): Script =>
  (observer) =>
    observer.error(reason);

describe("the Apollo Client link", () => {
  it("adds the token beside the headers that are there", async () => {
    const { headers, seen } = await through([answer({ data: { a: 1 } })]);
    expect(headers).toEqual([{ "x-trace": "1", authorization: "Bearer old" }]);
    expect(seen).toEqual([{ data: { a: 1 } }]);
  });

  it.each([
    ["a result", answer(EXPIRED)],
    ["version 3's ServerError", fail(Object.assign(new Error("401"), { statusCode: 401, result: EXPIRED }))],
    ["version 4's ServerError", fail(Object.assign(new Error("401"), { bodyText: JSON.stringify(EXPIRED) }))],
  ])("refreshes and sends again when the refusal comes as %s", async (_name, first) => {
    const { headers, refreshed, seen } = await through([first, answer({ data: { a: 2 } })]);
    expect(refreshed).toEqual(["old"]);
    expect(headers[1]).toEqual({ "x-trace": "1", authorization: "Bearer new" });
    expect(seen).toEqual([{ data: { a: 2 } }]);
  });

  describe("asked for a fresh sign-in", () => {
    const partial = {
      data: { a: 1, b: null },
      errors: [{ message: "Again.", extensions: { code: "STEP_UP_REQUIRED" } }],
      extensions: { challenge: { code: "STEP_UP_REQUIRED", maxAge: 60 } },
    };
    const nothing = { ...partial, data: null };
    const steppingUp = (says: boolean) => {
      const challenges: unknown[] = [];
      const stepUp = async (challenge: unknown) => {
        challenges.push(challenge);
        return says;
      };
      return { challenges, session: { stepUp, accessToken: async () => "fresh" } };
    };

    it.each([
      ["a query", "query", answer(partial)],
      ["a mutation nothing of which ran", "mutation", answer(nothing)],
      ["a refusal in an error", "mutation", fail(Object.assign(new Error("403"), { result: nothing }))],
    ])("asks the session once and sends again: %s", async (_, kind, first) => {
      const { challenges, session } = steppingUp(true);
      const { headers, seen } = await through([first, answer({ data: { a: 2 } })], session, kind);
      expect(challenges).toEqual([{ code: "STEP_UP_REQUIRED", maxAge: 60 }]);
      expect(headers).toHaveLength(2);
      expect(seen).toEqual([{ data: { a: 2 } }]);
    });

    it("repeats nothing when another session is held by then: the answer is handed on", async () => {
      const { session } = steppingUp(true);
      const accessToken = async (before?: string) => (before === undefined ? "old" : undefined);
      const { headers, seen } = await through([answer(partial), answer(FORBIDDEN)], {
        ...session,
        accessToken,
      });
      expect(headers).toHaveLength(1);
      expect(seen).toEqual([partial]);
    });

    it("hands on the answer of a mutation that has run in part, and of a user who declined", async () => {
      const asked = steppingUp(true);
      expect((await through([answer(partial)], asked.session, "mutation")).seen).toEqual([partial]);
      expect(asked.challenges).toEqual([]);
      expect((await through([answer(partial)], steppingUp(false).session)).seen).toEqual([partial]);
    });
  });

  it("sends a second time only", async () => {
    const { refreshed, seen } = await through([answer(EXPIRED), answer(EXPIRED)]);
    expect(refreshed).toHaveLength(1);
    expect(seen).toEqual([EXPIRED]);
  });

  it("passes a field's own refusal through without a refresh", async () => {
    const { refreshed, seen } = await through([answer(FORBIDDEN)]);
    expect(refreshed).toEqual([]);
    expect(seen).toEqual([FORBIDDEN]);
  });

  it("ends the operation with the session", async () => {
    const { seen } = await through([answer(EXPIRED)], {
      refresh: () => Promise.reject(new SignedOutError("SESSION_REVOKED")),
    });
    expect(seen).toEqual([new SignedOutError("SESSION_REVOKED")]);
  });

  it("sends nothing along for a visitor who is not signed in", async () => {
    const { headers } = await through([answer({ data: {} })], { accessToken: async () => undefined });
    expect(headers).toEqual([{ "x-trace": "1" }]);
  });
});
