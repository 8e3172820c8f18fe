import { type DocumentNode, GraphQLError, visit } from "graphql";
import type { Decision, Denial } from "../authorization/authorizer.js";
import type { Emit } from "../domain/events.js";
import type { Authenticated, Principal } from "../domain/principal.js";
import { type Clock, type Milliseconds, nowSeconds } from "../domain/time.js";
import type { RevocationView } from "../tokens/revocation-view.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";
import { executeOperation } from "./execution.js";
import type { OperationEntry } from "./operation-cache.js";
import { authenticate, NOBODY } from "./request/credential.js";
import { isExempt } from "./request/exempt.js";
import type { OperationRequest, OperationResult } from "./request/operation-request.js";
import { rootFieldsOf } from "./request/root-fields.js";
import type { RunningOperation, RunningOperations } from "./request/running-operations.js";
import { claimTokenFields } from "./request/token-fields.js";
import { tooComplex } from "./request/too-complex.js";
import { answerCutOff } from "./response/cut-off.js";
import { boundErrors, type ErrorExposure } from "./response/errors.js";
import type { OpenCalls } from "./subgraph/call.js";
import type { Snapshot } from "./supergraph/snapshot.js";

export interface ExecutorParts<Origin = unknown> {
  readonly openCalls: OpenCalls<Origin>;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called for each request with a bound token and a valid proof. */
  readonly onProvenUse?: ((principal: Authenticated) => void) | undefined;
  readonly isDegraded: RevocationView["isDegraded"];
  /** When a caller is revoked, cancels their running operations. `undefined`: they run to their end. */
  readonly running: RunningOperations | undefined;
  /** Should this allowed operation be logged? */
  readonly reportAllowed: () => boolean;
  readonly exposure: ErrorExposure;
  readonly random: () => number;
  /** For all subgraph calls of one operation together. */
  readonly operationDeadlineMs: Milliseconds;
}

/** An operation and its caller. */
interface Known {
  readonly entry: OperationEntry;
  readonly principal: Principal;
  readonly endsAtMs: Milliseconds;
  /** Present for a caller who can be revoked. */
  readonly running: RunningOperation | undefined;
}

export type Execute<Origin = unknown> = (
  snapshot: Snapshot,
  request: OperationRequest<Origin>,
) => Promise<OperationResult>;

/**
 * Creates the pipeline of every operation, whatever its transport: exempt → anonymous, else credential → principal (or
 * 401 before anything runs) → variables → decision → plan → fetch → answer.
 */
export const createExecutor = <Origin>(parts: ExecutorParts<Origin>): Execute<Origin> => {
  const report = (
    snapshot: Snapshot,
    request: OperationRequest<Origin>,
    principal: Principal,
    denied: readonly Denial[],
    dryRun: boolean,
  ): void => {
    parts.emit({
      type: "operation.denied",
      operationHash: request.operationHash,
      ...(request.operation.name === undefined ? {} : { operationName: request.operation.name.value }),
      ...(principal.kind === "user" ? { subject: principal.subject } : {}),
      ...(principal.kind === "user" && principal.sessionId !== undefined
        ? { sessionId: principal.sessionId }
        : {}),
      requestId: request.context.requestId,
      asked: rootFieldsOf(request),
      coordinates: [...new Set(denied.map((denial) => denial.coordinate))],
      refusals: [
        ...new Map(
          denied.map(({ coordinate, code }) => [`${code} ${coordinate}`, { coordinate, code }]),
        ).values(),
      ],
      codes: [...new Set(denied.map((denial) => denial.code))],
      rulesDigest: snapshot.authorizer.rulesDigest,
      dryRun,
    });
  };

  const decide = (
    snapshot: Snapshot,
    entry: OperationEntry,
    request: OperationRequest<Origin>,
    principal: Principal,
  ): Decision | Promise<Decision> =>
    snapshot.authorizer.decide(entry.compiled, {
      principal,
      variables: request.variables,
      nowSeconds: nowSeconds(parts.clock),
      degraded: parts.isDegraded(principal.kind === "user" ? principal : undefined),
    });

  /** Authorizes the operation of a known caller and executes the granted part. */
  const run = async (
    snapshot: Snapshot,
    request: OperationRequest<Origin>,
    { entry, principal, endsAtMs, running }: Known,
  ): Promise<OperationResult> => {
    const { context, variables } = request;
    entry.variables.check(variables);

    const pending = decide(snapshot, entry, request, principal);
    const decision = pending instanceof Promise ? await pending : pending;
    if (decision.kind === "tooComplex") throw tooComplex();
    context.outcome.touchedGuarded = entry.compiled.guarded || entry.showsFilteredSchema;
    const denied = decision.kind === "allowed" ? decision.wouldDeny : decision.denied;
    if (denied !== undefined && denied.length > 0) {
      report(snapshot, request, principal, denied, decision.kind === "allowed");
    } else if (parts.reportAllowed()) {
      parts.emit({
        type: "operation.allowed",
        operationHash: request.operationHash,
        ...(request.operation.name === undefined ? {} : { operationName: request.operation.name.value }),
        asked: rootFieldsOf(request),
        ...(principal.kind === "user" ? { subject: principal.subject } : {}),
        requestId: context.requestId,
        rulesDigest: snapshot.authorizer.rulesDigest,
      });
    }
    const challenge =
      decision.kind === "allowed" ? undefined : snapshot.authorizer.challengeOf(decision.denied);
    if (challenge !== undefined) context.outcome.challenge = challenge;
    const extensions = challenge === undefined ? {} : { extensions: { challenge } };
    if (decision.kind === "refused") {
      const errors = boundErrors(decision.errors);
      return { data: null, errors, ...extensions };
    }

    const { data, errors } = await executeOperation({
      snapshot,
      entry,
      decision,
      principal,
      variables,
      call: parts.openCalls(snapshot.subgraphs, context, principal, endsAtMs, running),
      exposure: parts.exposure,
      random: parts.random(),
      isAbandoned: () => (running === undefined ? context.signal.aborted : running.isAbandoned),
    });
    if (errors.length === 0 && challenge === undefined) return { data };
    return { data, ...(errors.length === 0 ? {} : { errors }), ...extensions };
  };

  return async (snapshot, request) => {
    const { context } = request;
    const endsAtMs = parts.clock.monotonicMs() + parts.operationDeadlineMs;
    refuseDirectives(request.document);
    const entry = snapshot.operations.get(request.document, request.operation);
    claimTokenFields(entry, request.variables, snapshot, context.claimTokens);
    const found = isExempt(entry, request.variables, snapshot.exempt)
      ? NOBODY
      : authenticate(context, {
          verifier: parts.verifier,
          emit: parts.emit,
          isMutation: request.operation.operation === "mutation",
          onProvenUse: parts.onProvenUse ?? ignore,
        });
    const { principal, revocable } = found instanceof Promise ? await found : found;
    context.outcome.principal = principal;
    if (parts.running === undefined || revocable === undefined) {
      return run(snapshot, request, { entry, principal, endsAtMs, running: undefined });
    }
    const running = parts.running.begin(revocable, context.signal);
    try {
      const result = await run(snapshot, request, { entry, principal, endsAtMs, running });
      return running.cancelReason === "revoked" ? answerCutOff(parts.emit, entry, request, running) : result;
    } finally {
      parts.running.end(running);
    }
  };
};

const ignore = (): void => undefined;

const judged = new WeakSet<DocumentNode>();

const UNDERSTOOD: ReadonlySet<string> = new Set(["skip", "include"]);

/**
 * Unsupported directives are refused, not ignored. For `@defer` and `@stream` each chunk would need its own
 * authorization; directives of subgraphs would be lost in planning.
 */
const refuseDirectives = (document: DocumentNode): void => {
  if (judged.has(document)) return;
  visit(document, {
    Directive(directive) {
      if (UNDERSTOOD.has(directive.name.value)) return;
      throw new GraphQLError(`@${directive.name.value} is not supported.`, {
        extensions: { code: "OPERATION_RESOLUTION_FAILURE", http: { status: 400 } },
      });
    },
  });
  judged.add(document);
};
