import type { SeenRequest } from "../domain/seen-request.js";
import { at, createAsk, textAt } from "./ask.js";
import type { LogMark, Pressed, TourDemo, TourTools } from "./tour.js";

export interface ToolOptions {
  /** Of the gateway, e.g. `location.origin`, without a slash at the end. */
  readonly origin: string;
  /** Default `/graphql`. */
  readonly graphqlPath?: string;
  readonly demo: TourDemo;
  /** Aborted: waits end early with its reason. */
  readonly signal?: AbortSignal;
}

/** A number that no request has. */
const BEYOND = 999_999_999_999_999;
const TIMEOUT_MS = 30_000;

/** The tools of a step, over HTTP alone. */
export const createTourTools = ({
  origin,
  graphqlPath = "/graphql",
  demo,
  signal,
}: ToolOptions): TourTools => {
  const received = async (after: number): Promise<unknown> => {
    const { status, body } = await send(`${origin}/_cardea/demo/received.json?after=${after}`, {
      method: "GET",
    });
    if (status !== 200) throw new Error(`the requests to the subgraphs cannot be read: ${status}`);
    return body;
  };
  const post = (path: string, body: unknown, token: string | undefined): Promise<Sent> =>
    send(`${origin}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  return {
    demo,
    ask: createAsk(`${origin}${graphqlPath}`),
    async mark(): Promise<LogMark> {
      return Number(at(await received(BEYOND), "last") ?? 0);
    },
    async since(mark, subgraph) {
      const requests = at(await received(mark), "requests");
      if (!Array.isArray(requests)) throw new Error("the requests to the subgraphs cannot be read");
      const all = requests as readonly SeenRequest[]; // of our own endpoint
      return subgraph === undefined ? all : all.filter((request) => request.subgraph === subgraph);
    },
    async press(button, { token, body = {} } = {}): Promise<Pressed> {
      const sent = await post(`/_cardea/demo/${button}`, body, token);
      const problems = at(sent.body, "problems");
      return {
        status: sent.status,
        answered:
          at(sent.body, "answered") === undefined
            ? undefined
            : {
                status: Number(at(sent.body, "answered.status")),
                code: textAt(sent.body, "answered.code"),
                reason: textAt(sent.body, "answered.reason"),
              },
        problems: Array.isArray(problems) ? problems.map(String) : [],
      };
    },
    plan: async (query, token) => (await post("/_cardea/plan.json", { query }, token)).body,
    async problems() {
      const state = await send(`${origin}/_cardea/state.json`, { method: "GET" });
      const problems = at(state.body, "problems");
      return Array.isArray(problems) ? problems.map(String) : [];
    },
    waitSeconds: (seconds) => pause(seconds * 1000, signal),
  };
};

interface Sent {
  readonly status: number;
  readonly body: unknown;
}

async function send(url: string, init: RequestInit): Promise<Sent> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, body: await response.json() };
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const timer = setTimeout(resolve, Math.max(ms, 0));
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
