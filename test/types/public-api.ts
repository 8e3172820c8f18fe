/**
 * What the public entry points promise in types. `npm run typecheck` checks this file: it is never run. A line under
 * `@ts-expect-error` must be refused, or the type check fails.
 */
import { expectTypeOf } from "vitest";
import { createDpopFetch } from "../../src/client/dpop.js";
import {
  createAuthFetch,
  createSession,
  type RefusedError,
  type Session,
  type SessionState,
  type StepUpPrompt,
} from "../../src/client/index.js";
import { useSession, useStepUp } from "../../src/client/react.js";
import { createServerSession } from "../../src/client/server.js";
import {
  createIdentityVerifier,
  type Identity,
  type IdentityVerifier,
  requireScopes,
  requireUser,
  type UserIdentity,
} from "../../src/identity/subgraph.js";
import {
  AuthError,
  type ConfigInput,
  createGateway,
  defineConfig,
  type ErrorCode,
  type RunningGateway,
} from "../../src/index.js";
import {
  type Clock,
  createRevocationMemory,
  DEFAULT_SESSION_POLICY,
  type SessionPolicy,
  type SessionStore,
  type Stores,
  sessionId,
  type UserId,
} from "../../src/sessions/index.js";
import { SESSION_STORE_CASES, type SessionStoreSubject } from "../../src/testing/index.js";

/** `cardea` */
export function gateway(config: ConfigInput): void {
  expectTypeOf(createGateway).returns.resolves.toEqualTypeOf<RunningGateway>();
  expectTypeOf(createGateway({ config })).resolves.toHaveProperty("url").toEqualTypeOf<string>();
  expectTypeOf<RunningGateway["stop"]>().returns.resolves.toBeVoid();
  expectTypeOf(defineConfig).returns.toEqualTypeOf<ConfigInput>();
  defineConfig({ supergraph: "supergraph.graphql" });
  // @ts-expect-error a setting that there is not
  defineConfig({ supergraph: "supergraph.graphql", supergraf: "x" });
  // @ts-expect-error a port is a number
  defineConfig({ supergraph: "supergraph.graphql", server: { port: "4000" } });
  // @ts-expect-error nothing is served without a configuration
  createGateway({});
  expectTypeOf<AuthError["code"]>().toExtend<ErrorCode>();
  expectTypeOf(AuthError).toBeConstructibleWith("UNAUTHENTICATED", "a reason");
}

/** `cardea/subgraph` */
export function subgraph(identity: Identity): void {
  const verifier = createIdentityVerifier({ issuer: "https://api.example.com/identity", audience: "orders" });
  expectTypeOf(verifier).toEqualTypeOf<IdentityVerifier>();
  expectTypeOf(verifier.verify({})).resolves.toEqualTypeOf<Identity>();
  expectTypeOf(requireUser(identity)).toEqualTypeOf<UserIdentity>();
  expectTypeOf(requireScopes(identity, "orders:read", "orders:write")).toEqualTypeOf<UserIdentity>();
  // @ts-expect-error whoever has not looked at the kind has no subject
  identity.subject;
  // @ts-expect-error who the subgraph is must be said
  createIdentityVerifier({ issuer: "https://api.example.com/identity" });
}

/** `cardea/client` */
export async function client(error: RefusedError): Promise<void> {
  const session = createSession({ url: "https://api.example.com/graphql" });
  expectTypeOf(session).toEqualTypeOf<Session>();
  expectTypeOf(session.accessToken()).resolves.toEqualTypeOf<string | undefined>();
  expectTypeOf(session.signedIn()).toBeBoolean();
  expectTypeOf(session.getState()).toEqualTypeOf<SessionState>();
  expectTypeOf(session.subscribe).toEqualTypeOf<(listener: () => void) => () => void>();
  expectTypeOf(createAuthFetch(session)).toExtend<typeof globalThis.fetch>();
  expectTypeOf(error).toExtend<Error>();
  const answer = await session.request<{ readonly me: string }>({ query: "{ me }" });
  expectTypeOf(answer.data?.me).toEqualTypeOf<string | undefined>();
  // @ts-expect-error the gateway has an address
  createSession({});
  // @ts-expect-error there are two ways to deliver tokens
  createSession({ url: "https://api.example.com/graphql", delivery: "header" });
  expectTypeOf(useSession(session)).toEqualTypeOf<SessionState>();
  expectTypeOf(useStepUp(session)).toEqualTypeOf<StepUpPrompt | undefined>();
  expectTypeOf(session.logout()).resolves.toEqualTypeOf<{ readonly confirmed: boolean }>();
  const rendered = createServerSession({
    url: "https://api.example.com/graphql",
    origin: "https://app.example.com",
    cookies: null,
    mayWrite: false,
  });
  session.hydrate(rendered.state());
  // @ts-expect-error whether cookies can still be set must be said
  createServerSession({
    url: "https://api.example.com/graphql",
    origin: "https://app.example.com",
    cookies: "",
  });
  createSession({
    url: "https://api.example.com/graphql",
    fetch: createDpopFetch({ url: "https://api.example.com/graphql" }),
  });
}

/** `cardea/stores` and `cardea/testing` */
export function stores(clock: Clock, given: Stores): void {
  expectTypeOf(given.sessions).toEqualTypeOf<SessionStore>();
  expectTypeOf(DEFAULT_SESSION_POLICY).toEqualTypeOf<SessionPolicy>();
  expectTypeOf(createRevocationMemory).toBeFunction();
  expectTypeOf(clock.nowMs()).toBeNumber();
  expectTypeOf(SESSION_STORE_CASES[0]?.run).parameter(0).toEqualTypeOf<SessionStoreSubject>();
  // @ts-expect-error an id of a session is none of a user
  expectTypeOf(sessionId("a")).toEqualTypeOf<UserId>();
}
