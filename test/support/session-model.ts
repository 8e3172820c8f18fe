import type { SessionId, TenantId, UserId } from "../../src/domain/brand.js";
import type { OutcomeOf, SessionCommand } from "../../src/domain/commands.js";
import type { Moment } from "../../src/domain/moments.js";
import type { SessionPolicy } from "../../src/domain/policy.js";
import type { Session, UserState } from "../../src/domain/session.js";
import { transition } from "../../src/domain/transition.js";

/** The pure rules on maps: no store, no clock, nothing asynchronous. */
export class SessionModel {
  readonly #sessions = new Map<SessionId, Session>();
  readonly #users = new Map<string, UserState>();

  readonly #moments = new Map<SessionId, readonly Moment[]>();

  readonly #notBefores = new Map<TenantId, number>();

  /** A copy of the state, to return to later. */
  copy(): SessionModel {
    const copy = new SessionModel();
    for (const [id, session] of this.#sessions) copy.#sessions.set(id, session);
    for (const [id, user] of this.#users) copy.#users.set(id, user);
    for (const [id, moments] of this.#moments) copy.#moments.set(id, moments);
    for (const [tenant, notBefore] of this.#notBefores) copy.#notBefores.set(tenant, notBefore);
    return copy;
  }

  raiseNotBefore(tenant: TenantId, notBefore: number): void {
    this.#notBefores.set(tenant, Math.max(this.#notBefores.get(tenant) ?? 0, notBefore));
  }

  /** Live sessions that a new not-before of their tenant has not ended. */
  listed(tenant: TenantId, user: UserId, nowMs: number): readonly Session[] {
    const notBefore = Math.max(
      this.#notBefores.get(tenant) ?? 0,
      this.user(tenant, user, nowMs)?.notBefore ?? 0,
    );
    return this.live(tenant, user, nowMs).filter(({ authTime }) => authTime >= notBefore);
  }

  moments(id: SessionId, nowMs: number): readonly Moment[] | undefined {
    return this.session(id, nowMs) === undefined ? undefined : (this.#moments.get(id) ?? []);
  }

  session(id: SessionId, nowMs: number): Session | undefined {
    const session = this.#sessions.get(id);
    return session !== undefined && nowMs < session.retainUntil * 1000 ? session : undefined;
  }

  user(tenant: TenantId, user: UserId, nowMs: number): UserState | undefined {
    const state = this.#users.get(`${tenant}/${user}`);
    return state !== undefined && nowMs < state.retainUntil * 1000 ? state : undefined;
  }

  live(tenant: TenantId, user: UserId, nowMs: number): readonly Session[] {
    return this.#inOrder(tenant, user, nowMs).sort((a, b) => a.createdAt - b.createdAt);
  }

  #inOrder(tenant: TenantId, user: UserId, nowMs: number): Session[] {
    const epoch = this.user(tenant, user, nowMs)?.epoch;
    return [...this.#sessions.values()]
      .filter((each) => each.tenant === tenant && each.userId === user)
      .filter((each) => each.ended === undefined && each.epoch === epoch && nowMs < each.expiresAt * 1000);
  }

  run<Command extends SessionCommand>(
    command: Command,
    nowMs: number,
    policy: SessionPolicy,
  ): OutcomeOf[Command["kind"]] {
    const { tenant, userId } = command;
    const result = transition(
      {
        session: "id" in command ? this.session(command.id, nowMs) : undefined,
        user: this.user(tenant, userId, nowMs),
        moments: "id" in command ? this.moments(command.id, nowMs) : undefined,
        notBefore: this.#notBefores.get(tenant),
        others: this.#inOrder(tenant, userId, nowMs),
        liveSessions: this.live(tenant, userId, nowMs).length,
      },
      command,
      nowMs,
      policy,
    );
    if (result.session !== undefined) this.#sessions.set(result.session.id, result.session);
    if (result.moments !== undefined && "id" in command) this.#moments.set(command.id, result.moments);
    if (result.user !== undefined) this.#users.set(`${tenant}/${userId}`, result.user);
    return result.outcome;
  }
}
