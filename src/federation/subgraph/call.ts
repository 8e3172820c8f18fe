import { type GraphQLError, parse } from "graphql";
import { createLru } from "../../caching/lru.js";
import type { Emit } from "../../domain/events.js";
import type { Principal } from "../../domain/principal.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import type { CallSubgraph, SubgraphRequest } from "../execute/state.js";
import type { ClientSignal, RequestContext } from "../request/request-context.js";
import type { RunningOperation } from "../request/running-operations.js";
import { copyJson, isJsonObject, type JsonObject } from "../result/json.js";
import type { SubgraphAnswer, SubgraphError } from "../result/subgraph-answer.js";
import type { SubgraphInfo } from "../supergraph/subgraphs.js";
import { LOCAL_AUTH_URL, type LocalSubgraph } from "./local.js";
import { createSharedCalls } from "./shared-calls.js";
import type { InboundHeaders } from "./transport/headers.js";
import type { CallResult, SubgraphCall, Transport } from "./transport/transport.js";

/** The part of the identity signer the engine needs. */
export interface SubgraphIdentityHeaders {
  headersFor(
    subgraph: string,
    principal: Principal,
    requestId: string,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  isIdentityHeader(name: string): boolean;
}

export interface CallParts<Origin = unknown> {
  readonly transport: Transport;
  readonly identity: SubgraphIdentityHeaders;
  readonly local: LocalSubgraph<Origin> | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Client headers to forward, as a flat list. */
  readonly passedHeaders: (inbound: InboundHeaders) => readonly string[];
  /** Names of cookies a subgraph may set, by subgraph. Default none. */
  readonly setCookieNames: ReadonlyMap<string, ReadonlySet<string>>;
  /** May anonymous callers share one call for the same query at the same time? Default false. */
  readonly shareAnonymous?: boolean;
}

/**
 * Creates the function that calls subgraphs for one request of one caller.
 *
 * @param endsAtMs - end of the operation's timeout, by the monotonic clock
 * @param running - the operation of a caller who can be revoked; after it is cut off nothing is sent
 */
export type OpenCalls<Origin = unknown> = (
  subgraphs: ReadonlyMap<string, SubgraphInfo>,
  context: RequestContext<Origin>,
  principal: Principal,
  endsAtMs: Milliseconds,
  running?: RunningOperation,
) => CallSubgraph;

/** How many error texts of a subgraph one log line contains. */
const MAX_TEXTS = 3;
const TEXT_LENGTH = 300;

export const createOpenCalls = <Origin>(parts: CallParts<Origin>): OpenCalls<Origin> => {
  const shared = createSharedCalls();
  const localDocuments = createLru<string, ReturnType<typeof parse>>(500);

  const callLocal = async (
    local: LocalSubgraph<Origin>,
    request: SubgraphRequest,
    context: RequestContext<Origin>,
    principal: Principal,
  ): Promise<SubgraphAnswer> => {
    let document = localDocuments.get(request.query);
    if (document === undefined) {
      document = parse(request.query, { noLocation: true });
      localDocuments.set(request.query, document);
    }
    const result = await local.execute({
      document,
      operationName: request.operationName,
      variables: JSON.parse(request.variablesText) as Readonly<Record<string, unknown>>,
      principal,
      requestId: context.requestId,
      origin: context.origin,
      onTokens: () => {
        context.outcome.carriesTokens = true;
      },
    });
    return {
      kind: "answered",
      // Convert through text, like a remote answer: plain JSON that shares no objects with the executor.
      data: result.data === null || result.data === undefined ? result.data : plain(result.data),
      errors: (result.errors ?? []).map(localError),
    };
  };

  const callRemote = async (
    url: string,
    request: SubgraphRequest,
    context: RequestContext<Origin>,
    principal: Principal,
    endsAtMs: Milliseconds,
    commonHeaders: readonly string[],
    signal: ClientSignal,
  ): Promise<SubgraphAnswer> => {
    const startedMs = parts.clock.monotonicMs();
    // Usually the token is signed already, and there is nothing to await.
    const signed = parts.identity.headersFor(request.subgraph, principal, context.requestId);
    const identity = signed instanceof Promise ? await signed : signed;
    const headers = commonHeaders.slice();
    for (const name in identity) if (name !== "x-request-id") headers.push(name, identity[name] ?? "");
    const call = {
      subgraph: request.subgraph,
      url,
      operationKind: request.operationKind,
      body: `${request.bodyHead}${request.variablesText}}`,
      headers,
      signal,
      repetition: request.repetition,
      remainingMs: endsAtMs - startedMs,
    };
    if (isShareable(request, principal))
      return callShared(call, parts.passedHeaders(context.headers), context);
    const result = await parts.transport.send(call);
    takeCookies(request.subgraph, result.setCookies, context);
    report(result, call, context, startedMs);
    return result.answer;
  };

  /** A shared call must not depend on the caller: neither by identity nor by a cookie that the subgraph may set. */
  const isShareable = (request: SubgraphRequest, principal: Principal): boolean =>
    parts.shareAnonymous === true &&
    principal.kind === "anonymous" &&
    request.operationKind === "query" &&
    !parts.setCookieNames.has(request.subgraph);

  const callShared = async (
    call: SubgraphCall & { readonly remainingMs: Milliseconds },
    passed: readonly string[],
    context: RequestContext<Origin>,
  ): Promise<SubgraphAnswer> => {
    const key = JSON.stringify([call.subgraph, call.url, call.body, passed]);
    const startedMs = parts.clock.monotonicMs();
    const { answer } = await shared.join(key, call, async (signal) => {
      // Each waiting operation has its own timeout.
      const result = await parts.transport.send({ ...call, signal, remainingMs: Number.POSITIVE_INFINITY });
      report(result, call, context, startedMs);
      return result;
    });
    return copyAnswer(answer);
  };

  const report = (
    { answer, failure, status }: CallResult,
    { subgraph }: SubgraphCall,
    context: RequestContext<Origin>,
    startedMs: Milliseconds,
  ): void => {
    // A client disconnect is not a failure of the subgraph.
    if (failure === "gone") return;
    const { requestId } = context;
    const durationMs = parts.clock.monotonicMs() - startedMs;
    if (answer.kind === "answered" && answer.errors.length === 0 && status !== undefined) {
      parts.emit({ type: "subgraph.called", subgraph, requestId, durationMs, status });
      return;
    }
    parts.emit({
      type: answer.kind === "answered" ? "subgraph.called" : "subgraph.failed",
      subgraph,
      requestId,
      durationMs,
      ...(status === undefined ? {} : { status }),
      ...(answer.kind === "answered"
        ? answer.errors.length === 0
          ? {}
          : {
              errors: answer.errors.length,
              texts: answer.errors.slice(0, MAX_TEXTS).map(({ message }) => message.slice(0, TEXT_LENGTH)),
            }
        : { ...(failure === undefined ? {} : { failure }), reason: answer.reason }),
    });
  };

  const takeCookies = (
    subgraph: string,
    cookies: readonly string[],
    context: RequestContext<Origin>,
  ): void => {
    const allowed = parts.setCookieNames.get(subgraph);
    if (allowed === undefined) return;
    for (const cookie of cookies) {
      const name = cookie.slice(0, Math.max(0, cookie.indexOf("="))).trim();
      if (allowed.has(name)) context.outcome.setCookies.push(cookie);
    }
  };

  return (subgraphs, context, principal, endsAtMs, running) => {
    const repeated = new Map<string, Promise<SubgraphAnswer>>();
    let commonHeaders: readonly string[] | undefined;
    const signal = running ?? context.signal;
    const send = (request: SubgraphRequest): Promise<SubgraphAnswer> => {
      const isMutation = request.operationKind === "mutation";
      if (running !== undefined) {
        if (running.cancelReason !== undefined) return Promise.resolve(CANCELLED);
        if (isMutation) running.hasMutated = true;
      }
      const info = subgraphs.get(request.subgraph);
      if (info === undefined) return Promise.resolve({ kind: "unavailable", reason: "an unknown subgraph" });
      if (info.url !== LOCAL_AUTH_URL) {
        commonHeaders ??= [...parts.passedHeaders(context.headers), "x-request-id", context.requestId];
        return callRemote(info.url, request, context, principal, endsAtMs, commonHeaders, signal);
      }
      const { local } = parts;
      if (local === undefined) {
        return Promise.resolve({ kind: "unavailable", reason: "no local auth subgraph" });
      }
      const work = () => callLocal(local, request, context, principal);
      return isMutation && running !== undefined ? running.atAuth(work) : work();
    };
    return (request) => {
      if (!request.mayRepeat || request.operationKind !== "query") return send(request);
      const key = `${request.subgraph}\n${request.bodyHead}${request.variablesText}`;
      const pending = repeated.get(key);
      if (pending !== undefined) return pending.then(copyAnswer);
      // Only while in flight: after the next root field of a mutation the same query may have another answer.
      const sent = send(request).finally(() => repeated.delete(key));
      repeated.set(key, sent);
      return sent.then(copyAnswer);
    };
  };
};

const CANCELLED: SubgraphAnswer = { kind: "unavailable", reason: "the caller was revoked" };

/** Each receiver of a shared answer gets its own copy to merge. */
const copyAnswer = (answer: SubgraphAnswer): SubgraphAnswer =>
  answer.kind === "answered" && isJsonObject(answer.data)
    ? { ...answer, data: copyJson(answer.data) as JsonObject, repeats: undefined }
    : answer;

const plain = (data: Readonly<Record<string, unknown>>): JsonObject => {
  const copy: unknown = JSON.parse(JSON.stringify(data));
  return isJsonObject(copy) ? copy : {};
};

const localError = (error: GraphQLError): SubgraphError => ({
  message: error.message,
  path: error.path,
  extensions: error.extensions,
  local: error,
});
