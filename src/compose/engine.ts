import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import type { Authorizer } from "../authorization/authorizer.js";
import { type AuthorizedGraph, createAuthorizer } from "../authorization/create-authorizer.js";
import { AUTH_SUBGRAPH_URL } from "../composition/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Authenticated } from "../domain/principal.js";
import type { Clock } from "../domain/time.js";
import { TRACING_HEADERS } from "../domain/tracing-headers.js";
import { createEngine, type Engine } from "../federation/engine.js";
import type { RevocationNews } from "../federation/request/running-operations.js";
import type { LocalSubgraph } from "../federation/subgraph/local.js";
import { DEFAULT_PASSED_HEADERS } from "../federation/subgraph/transport/headers.js";
import type { Snapshot } from "../federation/supergraph/snapshot.js";
import { fixedSource, type SupergraphSource } from "../federation/supergraph/sources.js";
import { openFilesLimit } from "../http/open-files.js";
import type { IdentitySigner } from "../identity/sign.js";
import { createServer, type GraphQLServer } from "../server/server.js";
import type { RequestOrigin } from "../sessions/delivery.js";
import type { EngineFigures } from "../telemetry/engine-metrics.js";
import type { RevocationView } from "../tokens/revocation-view.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";
import { authorizationSettings } from "./authorization-settings.js";
import { documentRules } from "./document-rules.js";
import { followSiblings } from "./follow-siblings.js";
import { assertAuthIsOurs, supergraphSource } from "./graph.js";
import type { GraphHistory } from "./graph-history.js";
import { openLastGood } from "./last-good.js";
import { createOpeningCheck } from "./opening-check.js";
import { openPersistedDocuments } from "./persisted-documents.js";
import { proofAlgorithmsOf } from "./proofs.js";
import { assertTlsIsUsed, tlsOf, transportSettings, unknownSubgraphNotes } from "./subgraph-transport.js";
import { createSupergraphCheck } from "./supergraph-check.js";

export interface EngineParts {
  readonly verifier: TokenVerifier;
  readonly identity: IdentitySigner;
  /** `undefined`: the auth subgraph is switched off. */
  readonly auth: LocalSubgraph<RequestOrigin> | undefined;
  readonly isDegraded: RevocationView["isDegraded"];
  readonly revocations: RevocationNews;
  readonly plugins: readonly ApolloServerPlugin[];
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called for each request with a bound token and a valid proof. */
  readonly onProvenUse: (principal: Authenticated) => void;
  /** Called for each operation without a denial: should it be reported? */
  readonly reportAllowed: () => boolean;
  readonly note: (text: string) => void;
  /** What was served since the start; that of all workers, where there are several. */
  readonly history: GraphHistory;
  /** Called when this process must not serve its graph any longer, and cannot serve that of the other workers. */
  readonly onUnfit: () => void;
}

export interface RunningEngine {
  readonly gateway: Engine;
  readonly server: GraphQLServer;
  /** The graph that serves, as it was authorized; `undefined` when none does. */
  served(): ServedGraph | undefined;
  /** For metrics. */
  figures(): EngineFigures;
  stop(): Promise<void>;
}

/** A snapshot and the graph it was built of. */
export interface ServedGraph {
  readonly snapshot: Snapshot;
  readonly graph: AuthorizedGraph;
}

/**
 * Starts the engine and the GraphQL server.
 *
 * @throws ConfigError when the supergraph cannot be served as configured
 */
export async function startEngine(config: CardeaConfig, parts: EngineParts): Promise<RunningEngine> {
  const { auth, identity, verifier, clock, emit, note, isDegraded } = parts;
  const lookUps = {
    headersFor: (subgraph: string) => identity.gatewayHeaders(subgraph),
    tlsFor: tlsOf(config),
  };
  const source = supergraphSource(config, { auth, lookUps, note });
  // A supergraph that we compose ourselves needs no check: composition compares it.
  const check =
    config.supergraphCheck === "on" && config.graph.kind !== "subgraphs"
      ? createSupergraphCheck({
          guards: config.auth,
          unverifiable: config.unverifiableSubgraphs,
          lookUps,
          emit,
        })
      : undefined;
  const opening = config.supergraphCheck === "on" ? createOpeningCheck(config, parts.history) : undefined;
  const checked = (each: SupergraphSource): SupergraphSource => check?.guard(each) ?? each;
  const lastGood = await openLastGood(config, checked);
  // What our source has may be what the other workers refused.
  const served = opening === undefined ? undefined : parts.history.current();
  const graphs = new WeakMap<Authorizer, AuthorizedGraph>();
  const gateway: Engine = createEngine({
    source: checked(source),
    ...(lastGood === undefined ? {} : { lastGood }),
    ...(served === undefined ? {} : { startFrom: checked(fixedSource(served.supergraphSdl)) }),
    authorizerFactory: (supergraphSdl) => {
      assertAuthIsOurs(config, supergraphSdl);
      assertTlsIsUsed(config, supergraphSdl);
      opening?.assertNothingOpens(supergraphSdl);
      const graph = createAuthorizer({
        supergraphSdl,
        settings: {
          ...authorizationSettings(config),
          unverifiedSubgraphs: check?.unverified(supergraphSdl) ?? [],
        },
      });
      assertSomebodyCanSignIn(config, graph.rules.guards);
      graphs.set(graph.authorizer, graph);
      return graph;
    },
    verifier,
    identity,
    local: auth,
    onProvenUse: parts.onProvenUse,
    clock,
    emit: (event) => {
      opening?.observe(event);
      emit(event);
    },
    isDegraded,
    revocations: parts.revocations,
    reportAllowed: parts.reportAllowed,
    exposure: { messages: config.transport.exposeMessages, extensions: config.transport.exposeExtensions },
    transport: transportSettings(config, openFilesLimit()),
    operationDeadlineMs: config.transport.operationTimeoutMs,
    shareAnonymous: config.transport.shareAnonymous,
    passHeaders: passedHeaders(config),
    setCookieNames: config.transport.forwardSetCookies,
  });
  const server = createServer({
    gateway,
    limits: config.limits,
    maxCachedDocuments: config.limits.maxCachedDocuments,
    disclosure: config.auth.disclosure,
    persistedQueries: config.server.persistedQueries,
    persistedDocuments: await openPersistedDocuments(config),
    suggestions: config.auth.introspection === "on",
    plugins: parts.plugins,
    validationRules: documentRules(auth === undefined ? [] : [auth.secretType]),
    proofAlgorithms: proofAlgorithmsOf(config)?.join(" "),
    emit,
  });
  await server.start().catch((error: unknown) => {
    throw error instanceof GraphQLError ? unreadable(config, error) : error;
  });
  if (gateway.figures().isFallback)
    note(
      "the last good supergraph is served, because the source has no usable one: see the event supergraph.fallback",
    );
  checkLogin(config, gateway, note);
  const known = new Set(gateway.current()?.subgraphs.keys());
  for (const text of unknownSubgraphNotes(config, known)) note(text);
  check?.follow(async () => {
    // A reload may be under way that started before; the second one uses the new state.
    await gateway.reload();
    await gateway.reload({ rebuild: true });
  });
  const { history, onUnfit } = parts;
  const stopFollowing =
    opening === undefined ? undefined : followSiblings({ history, opening, gateway, checked, onUnfit });
  return {
    gateway,
    server,
    served() {
      const snapshot = gateway.current();
      const graph = snapshot === undefined ? undefined : graphs.get(snapshot.authorizer);
      return snapshot === undefined || graph === undefined ? undefined : { snapshot, graph };
    },
    figures: () => ({ ...gateway.figures(), documents: server.documents }),
    async stop() {
      check?.stop();
      stopFollowing?.();
      await server.stop();
    },
  };
}

/** Tracing headers come only from a trusted proxy, listed or not. */
function passedHeaders({ server, transport }: CardeaConfig): readonly string[] {
  if (server.trustedProxies > 0)
    return [...DEFAULT_PASSED_HEADERS, ...TRACING_HEADERS, ...transport.forwardHeaders];
  return [...DEFAULT_PASSED_HEADERS, ...transport.forwardHeaders].filter(
    (name) => !TRACING_HEADERS.has(name.toLowerCase()),
  );
}

/** @throws ConfigError when fields are guarded and nobody can ever sign in */
function assertSomebodyCanSignIn(
  { authSubgraph, issuers }: CardeaConfig,
  guards: ReadonlyMap<string, unknown>,
): void {
  const [first] = guards.keys();
  if (first === undefined || authSubgraph.enabled !== false || issuers.length > 0) return;
  throw new ConfigError([
    {
      kind: "NOBODY_CAN_SIGN_IN",
      where: "issuers",
      found: `no issuer and no auth subgraph, with ${guards.size} guarded coordinates (${first}, …)`,
      allowed: "an issuer or the auth subgraph, or a graph without guards",
      fix: "add an entry to issuers, or remove authSubgraph.enabled: false",
    },
  ]);
}

const unreadable = ({ graph }: CardeaConfig, error: GraphQLError): ConfigError =>
  new ConfigError([
    {
      kind: "UNREADABLE_SUPERGRAPH",
      where: graph.kind === "file" ? `supergraph ${graph.path}` : "supergraph",
      found: error.message.replaceAll("\n", " "),
      allowed: "a supergraph SDL document",
      fix: "compose it again",
    },
  ]);

/** @throws ConfigError when `authSubgraph.enabled: true` and the supergraph offers no login */
function checkLogin(config: CardeaConfig, gateway: Engine, note: (text: string) => void): void {
  if (config.authSubgraph.enabled === false) return;
  if (offersLogin(gateway.current())) {
    if (config.users === undefined)
      note("users.path is not set, so there are no users and every login is refused");
    return;
  }
  if (config.authSubgraph.enabled === true) {
    throw new ConfigError([
      {
        kind: "AUTH_SUBGRAPH_MISSING",
        where: "authSubgraph.enabled",
        found: "true, with a supergraph without the auth subgraph",
        allowed: `a supergraph with the subgraph at ${AUTH_SUBGRAPH_URL}`,
        fix: "compose it with `cardea compose`, or remove authSubgraph.enabled",
      },
    ]);
  }
  note(`the supergraph has no auth subgraph (${AUTH_SUBGRAPH_URL}), so nobody can log in at this gateway`);
}

const offersLogin = (snapshot: Snapshot | undefined): boolean =>
  [...(snapshot?.subgraphs.values() ?? [])].some(({ url }) => url === AUTH_SUBGRAPH_URL);
