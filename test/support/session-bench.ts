import { randomBytes } from "node:crypto";
import type { PasswordProvider } from "../../src/credentials/provider.js";
import { type User, type UserDirectory, userReference } from "../../src/credentials/user-directory.js";
import { type ClientId, clientId, DEFAULT_TENANT, type UserId, userId } from "../../src/domain/brand.js";
import type { DomainEvent } from "../../src/domain/events.js";
import type { Authenticated } from "../../src/domain/principal.js";
import { LOCAL_ISSUER } from "../../src/domain/revocation.js";
import { type Clock, nowSeconds, type UnixSeconds } from "../../src/domain/time.js";
import type { RequestOrigin } from "../../src/sessions/delivery.js";
import type { ClientSettings, SessionServiceDependencies } from "../../src/sessions/dependencies.js";
import { createSessionService, type RunningSessionService } from "../../src/sessions/service.js";
import type { Stores } from "../../src/sessions/stores.js";
import type { AccessTokenInput, IssuedToken, TokenIssuer } from "../../src/tokens/token-issuer.js";

/** An issuer without signatures: the "token" is a number, and its input can be read as a principal. */
export interface ReadableIssuer extends TokenIssuer {
  /** The principal of this access token. */
  principal(token: string): Authenticated & { readonly epoch: number; readonly authTime: UnixSeconds };
}

export function createReadableIssuer(): ReadableIssuer {
  const issued = new Map<string, { input: AccessTokenInput; result: IssuedToken }>();
  return {
    async issue(input, now) {
      const token = `access-${issued.size}`;
      const result = { token, tokenId: token, issuedAt: now, expiresAt: now + input.ttlSeconds };
      issued.set(token, { input, result });
      return result;
    },
    principal(token) {
      const found = issued.get(token);
      if (found === undefined) throw new Error("no such access token");
      const { input, result } = found;
      return {
        kind: "user",
        issuer: LOCAL_ISSUER,
        subject: input.userId,
        tenant: input.tenant,
        sessionId: input.sessionId,
        clientId: input.clientId,
        scopes: new Set(input.scopes),
        authTime: input.authTime,
        ...(input.acr === undefined ? {} : { acr: input.acr }),
        amr: input.amr,
        issuedAt: result.issuedAt,
        expiresAt: result.expiresAt,
        tokenId: result.tokenId,
        generation: input.generation,
        ...(input.retiredGeneration === undefined ? {} : { retiredGeneration: input.retiredGeneration }),
        epoch: input.epoch,
        claims: {},
      };
    },
  };
}

export const PASSWORD = "correct horse battery staple";

export const aUser = (id: string, overrides: Partial<User> = {}): User => ({
  id: userId(id),
  tenant: DEFAULT_TENANT,
  username: id,
  status: "active",
  scopes: ["orders:read", "orders:write", "profile"],
  attributes: {},
  ...overrides,
});

/** A directory whose users can be changed while the service runs. */
export interface EditableDirectory extends UserDirectory {
  put(user: User): void;
  remove(id: UserId): void;
}

export function createDirectory(users: readonly User[], indexed = true): EditableDirectory {
  const byId = new Map<string, User>(users.map((user) => [user.id, user]));
  const all = () => [...byId.values()];
  return {
    put: (user) => void byId.set(user.id, user),
    remove: (id) => void byId.delete(id),
    byUsername: async (_, username) => all().find((user) => user.username === username),
    byId: async (_, id) => byId.get(id),
    ...(indexed
      ? {
          byReference: async (reference: string) =>
            all().find((user) => userReference(user.tenant, user.id) === reference),
        }
      : {}),
  };
}

/** The password of every user is {@link PASSWORD}. */
export const onePassword = (directory: UserDirectory, clock: Clock): PasswordProvider => {
  const proveUser = async (user: User, password: string) => {
    if (user.status !== "active")
      return { kind: "refused", reason: user.status === "locked" ? "locked" : "disabled", user } as const;
    if (password !== PASSWORD) return { kind: "refused", reason: "wrong password", user } as const;
    return { kind: "proven", user, authTime: nowSeconds(clock), amr: ["pwd"] } as const;
  };
  return {
    proveUser,
    async prove(tenant, username, password) {
      const user = await directory.byUsername(tenant, username);
      return user === undefined ? { kind: "refused", reason: "unknown user" } : proveUser(user, password);
    },
  };
};

export const aRequestOrigin = (address = "192.0.2.1"): RequestOrigin => ({
  requestId: "request",
  address,
  delivery: { presentedRefreshToken: () => undefined, deliver: () => {}, clear: () => {} },
});

/** The service with everything it needs, on any store. */
export interface SessionBench {
  readonly service: RunningSessionService;
  readonly directory: EditableDirectory;
  readonly issuer: ReadableIssuer;
  readonly events: readonly DomainEvent[];
}

export function createSessionBench(
  stores: Stores,
  clock: Clock,
  options: Partial<SessionServiceDependencies> & {
    readonly users?: readonly User[];
    readonly indexed?: boolean;
  } = {},
): SessionBench {
  const { users = [aUser("ada"), aUser("bob")], indexed = true, ...overrides } = options;
  const directory = createDirectory(users, indexed);
  const issuer = createReadableIssuer();
  const events: DomainEvent[] = [];
  const clients = new Map<ClientId, ClientSettings>([
    [clientId("default"), { delivery: "bearer" }],
    [clientId("narrow"), { delivery: "bearer", scopes: ["orders:read"], accessTtlSeconds: 60 }],
    [clientId("brief"), { delivery: "bearer", refresh: false }],
    [clientId("browser"), { delivery: "cookie" }],
  ]);
  const service = createSessionService({
    store: stores.sessions,
    revocations: stores.revocations,
    limiter: stores.limiter,
    directory,
    passwords: onePassword(directory, clock),
    issuer,
    peppers: [{ id: 1, secret: "p".repeat(32) }],
    clients,
    policy: {
      accessTtlSeconds: 300,
      idleSeconds: 7 * 86_400,
      absoluteSeconds: 30 * 86_400,
      graceSeconds: 30,
    },
    clock,
    random: randomBytes,
    emit: (event) => events.push(event),
    ...overrides,
  });
  return { service, directory, issuer, events };
}
