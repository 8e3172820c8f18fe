import { setTimeout as sleep } from "node:timers/promises";
import type { SubgraphFailure } from "../../../domain/events.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { OperationKind } from "../../plan/plan.js";
import type { ClientSignal } from "../../request/request-context.js";
import type { Repetition } from "../../result/sharing/repetition.js";
import type { SubgraphAnswer } from "../../result/subgraph-answer.js";
import type { CircuitState } from "./circuit.js";
import { type Exchange, type ExchangeInput, exchange } from "./exchange.js";
import { parseAnswer } from "./parse-answer.js";
import type { TransportSettings } from "./settings.js";
import { createTargets, type Target, type Targets } from "./targets.js";

export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly operationKind: OperationKind;
  readonly body: string;
  /** Flat name-value list, client headers first, identity last. */
  readonly headers: readonly string[];
  readonly signal: ClientSignal;
  /** Remaining time of the whole operation. Default: unlimited. */
  readonly remainingMs?: Milliseconds;
  /** Present if equal objects of the answer may share one object. */
  readonly repetition?: Repetition | undefined;
}

export interface CallResult {
  readonly answer: SubgraphAnswer;
  /** Absent with an answer. `gone`: the client disconnected, which is no failure of the subgraph. */
  readonly failure?: SubgraphFailure | "gone";
  readonly status: number | undefined;
  readonly setCookies: readonly string[];
}

/** The state of a subgraph that was called. */
export interface SubgraphState {
  readonly subgraph: string;
  readonly inFlight: number;
  readonly circuit: CircuitState;
}

/** Calls subgraphs over HTTP, with one keep-alive pool per origin. */
export interface Transport {
  /** Never throws. */
  send(call: SubgraphCall): Promise<CallResult>;
  states(): readonly SubgraphState[];
  /** Divides the connections among the origins of a graph that is about to serve. */
  divide: Targets["divide"];
  close(): Promise<void>;
}

/** Statuses of a load balancer whose subgraph is unavailable. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
const RETRY_JITTER_MS = 50;
/** A timer may fire so much too early; no retry may follow a call that it ended. */
const TIMER_SLACK_MS = 1;

/** @param circuitChanged - called when the circuit of a subgraph opens or closes */
export const createTransport = (
  settings: TransportSettings = {},
  circuitChanged: (subgraph: string, state: "open" | "closed") => void = () => undefined,
): Transport => {
  const fixedHeaders = [
    "content-type",
    "application/json",
    "accept",
    "application/graphql-response+json, application/json;q=0.9",
    ...((settings.compression ?? true) ? ["accept-encoding", "gzip, br"] : []),
  ];
  const targets = createTargets(settings, circuitChanged);

  /** Retries a query if the failure allows it, its time is not up, and the subgraph's retry budget allows it. */
  const retry = async (
    target: Target,
    input: ExchangeInput,
    first: Exchange,
    startedMs: Milliseconds,
  ): Promise<Exchange> => {
    const endsAtMs = startedMs + input.deadlineMs;
    let result = first;
    for (let attempt = 0; attempt < target.settings.retries && mayHelp(result); attempt += 1) {
      const pauseMs = Math.random() * RETRY_JITTER_MS * 2 ** attempt;
      if (performance.now() + pauseMs >= endsAtMs || !target.retryBudget.tryTake()) break;
      await sleep(pauseMs);
      result = await exchange(target.pool, { ...input, deadlineMs: endsAtMs - performance.now() });
    }
    return result;
  };

  return {
    async send(call) {
      const target = targets.get(call.subgraph, call.url);
      if (target === undefined) return failed("connection", "a routing URL that may not be used");
      const remainingMs = call.remainingMs ?? Number.POSITIVE_INFINITY;
      if (remainingMs <= TIMER_SLACK_MS) return failed("deadline", OUT_OF_TIME);
      if (!target.circuit.tryPass())
        return failed("circuit", "it did not answer in time, and is left alone for a while");
      const isCut = remainingMs < target.settings.deadlineMs;
      const input = {
        path: target.path,
        headers: [...fixedHeaders, ...call.headers],
        body: call.body,
        deadlineMs: isCut ? remainingMs : target.settings.deadlineMs,
        maxResponseBytes: target.settings.maxResponseBytes,
        signal: call.signal,
      };
      const startedMs = performance.now();
      target.inFlight += 1;
      let result = await exchange(target.pool, input);
      if (call.operationKind === "query" && mayHelp(result))
        result = await retry(target, input, result, startedMs);
      target.inFlight -= 1;
      if (result.kind === "response") {
        const { status, setCookies } = result;
        const answer = parseAnswer(status, result.body, call.repetition);
        target.circuit.settled("answered");
        if (answer.kind === "answered") {
          target.retryBudget.refill();
          return { answer, status, setCookies };
        }
        return { answer, failure: isError(status) ? "status" : "malformed", status, setCookies };
      }
      if (result.failure === "timeout") {
        target.circuit.settled(isCut ? "unknown" : "timeout");
        return isCut ? failed("deadline", OUT_OF_TIME) : failed("timeout", result.reason);
      }
      target.circuit.settled(result.failure === "gone" ? "unknown" : "answered");
      return failed(result.failure, result.reason);
    },
    states: () =>
      targets
        .all()
        .map(({ subgraph, inFlight, circuit }) => ({ subgraph, inFlight, circuit: circuit.state() })),
    divide: targets.divide,
    close: () => targets.close(),
  };
};

const OUT_OF_TIME = "the time of the whole operation is up";

const isError = (status: number): boolean => status < 200 || status > 299;

const mayHelp = (result: Exchange): boolean =>
  result.kind === "failed"
    ? result.failure === "connection" && result.isUnanswered
    : AWAY.has(result.status) && parseAnswer(result.status, result.body).kind === "unavailable";

const failed = (failure: SubgraphFailure | "gone", reason: string): CallResult => ({
  answer: { kind: "unavailable", reason },
  failure,
  status: undefined,
  setCookies: [],
});
