import type { Clock, Milliseconds, Seconds } from "../domain/time.js";
import type { Attempt, Limiter, LimitOutcome } from "./limiter.js";
import type { LocalLimiter } from "./local-limiter.js";
import type { LoginAttempts } from "./policy.js";
import { WaitingLine } from "./waiting-line.js";

/** An attempt that was admitted. Call one of the methods when its outcome is known: none waits for the store or fails. */
export interface Entry {
  readonly kind: "entered";
  /** The password was correct: the counter of the account is deleted, and the others are reduced by one. */
  succeeded(): void;
  /** The password was wrong: the attempt stays counted. */
  failed(): void;
  /** The password was not checked (an outage, a request that cannot be served): the attempt is not counted. */
  giveBack(): void;
}

export interface Refused {
  readonly kind: "limited";
  readonly retryAfterSeconds: Seconds;
  /** False when this gateway has already reported this limit. */
  readonly isNews: boolean;
}

/** How long an attempt waits at most while other attempts under way fill the limit. */
const MAX_WAIT_MS: Milliseconds = 5_000;
/** Attempts at another gateway cannot wake one that waits here: the store is read again after each of these pauses. */
const PAUSES_MS: readonly Milliseconds[] = [100, 300, 600];
/** A limit reached within this time may be caused by attempts under way, which may not be failures. */
const UNSETTLED_SECONDS: Seconds = 10;
const UNSETTLED_HOLD_SECONDS: Seconds = 1;
/** How long a limit is applied without reading the store. */
const HOLD_SECONDS: Seconds = 5;

/**
 * Notes of this process about a limit. `held`: refuse without the store. `met`: it was reached and is not over.
 * `unsettled`: it was reached recently. `reported`: an event was emitted.
 */
type Note = "held" | "met" | "unsettled" | "reported";

type Limited = Extract<LimitOutcome, { kind: "limited" }>;

/**
 * Counts password attempts before any work is done for them. Only failures stay counted, but an attempt under way
 * counts too until its outcome is known: so an attacker cannot make more guesses in parallel than one after the other.
 * If the limit is filled by attempts under way, a further one waits for a short time.
 *
 * A limit of an address or a device label is remembered here for some seconds. Further attempts from there write
 * nothing, cost the store almost nothing, and are reported once.
 */
export class LoginGate {
  private readonly line = new WaitingLine();

  constructor(
    private readonly limiter: Limiter,
    private readonly local: LocalLimiter,
    private readonly clock: Clock,
  ) {}

  /** @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time */
  async enter(attempts: LoginAttempts): Promise<Entry | Refused> {
    const keys = keysOf([attempts.own, ...attempts.around]);
    try {
      const answer = await this.enterInTurn(attempts, keys);
      if (answer.kind === "limited") this.line.pass(keys);
      return answer;
    } catch (error) {
      this.line.pass(keys);
      throw error;
    }
  }

  private async enterInTurn(attempts: LoginAttempts, keys: readonly string[]): Promise<Entry | Refused> {
    const { own, around } = attempts;
    const startedMs = this.clock.monotonicMs();
    const leftMs = (): Milliseconds => MAX_WAIT_MS - (this.clock.monotonicMs() - startedMs);
    let pauses = 0;
    // True when only the limit of the account is reached: the address was counted, and must be counted only once.
    let isAddressCounted = false;
    if (this.line.hasWaiters(keys) && this.heldFor(around) === 0) await this.line.wait(keys, MAX_WAIT_MS);
    for (;;) {
      const heldSeconds = this.heldFor(around);
      if (heldSeconds > 0) return { kind: "limited", retryAfterSeconds: heldSeconds, isNews: false };
      const outcome: LimitOutcome = await (isAddressCounted
        ? this.limiter.take([own])
        : this.count(attempts));
      if (outcome.kind === "allowed") return this.entered(attempts, keys);
      const limited: ReadonlySet<string> = new Set(outcome.keys);
      const closed: readonly string[] = keysOf(around).filter((key) => limited.has(key));
      isAddressCounted ||= closed.length === 0;
      const isUnsettled = closed.length > 0 && this.meet(closed, outcome.retryAfterSeconds);
      const isUnderWay = this.line.isUnderWay(outcome.keys);
      const pauseMs = isUnderWay ? leftMs() : isUnsettled ? (PAUSES_MS[pauses] ?? 0) : 0;
      if (!isUnderWay) pauses += 1;
      if (pauseMs > 0 && (await this.line.wait(outcome.keys, pauseMs))) continue;
      // While attempts are under way the limit may open again, so it is not remembered.
      const hold = isUnsettled ? UNSETTLED_HOLD_SECONDS : HOLD_SECONDS;
      if (!isUnderWay) for (const key of closed) this.local.take([note("held", key, hold)]);
      const seconds = isUnsettled || isUnderWay ? UNSETTLED_HOLD_SECONDS : outcome.retryAfterSeconds;
      return { kind: "limited", retryAfterSeconds: seconds, isNews: this.isNews(outcome) };
    }
  }

  /**
   * Counts all attempts, or none if an address or a label is limited: then no password is checked, so the account must
   * not count it. If one was limited recently, it is counted first, so that a limited address writes nothing.
   */
  private async count({ own, around }: LoginAttempts): Promise<LimitOutcome> {
    const isSuspect = keysOf(around).some((key) => this.isNoted("met", key) || this.isNoted("reported", key));
    const first = isSuspect ? around : [own, ...around];
    const outcome = await this.limiter.take(first);
    if (outcome.kind === "allowed") return isSuspect ? this.limiter.take([own]) : outcome;
    const taken = first.filter(({ key }) => !outcome.keys.includes(key));
    const isClosed = around.some(({ key }) => outcome.keys.includes(key));
    if (isClosed && taken.length > 0) await this.limiter.giveBack(taken).catch(() => undefined);
    return outcome;
  }

  private entered({ own, around }: LoginAttempts, keys: readonly string[]): Entry {
    this.local.forget(
      keysOf(around).flatMap((key) => [noted("held", key), noted("met", key), noted("unsettled", key)]),
    );
    this.line.begin(keys);
    // The login is valid even if the store does not answer: an attempt too many expires with its window.
    const settle = (...work: readonly Promise<void>[]): void =>
      void Promise.allSettled(work).then(() => this.line.end(keys));
    const returned = (attempts: readonly Attempt[]): readonly Promise<void>[] =>
      attempts.length > 0 ? [this.limiter.giveBack(attempts)] : [];
    return {
      kind: "entered",
      succeeded: () => settle(this.limiter.forget([own.key]), ...returned(around)),
      failed: () => settle(),
      giveBack: () => settle(...returned([own, ...around])),
    };
  }

  private isNews({ keys, retryAfterSeconds }: Limited): boolean {
    return this.local.take(keys.map((key) => note("reported", key, retryAfterSeconds))).kind === "allowed";
  }

  /** Notes that these keys are limited. @returns true when it is so recent that attempts under way may be the cause */
  private meet(closed: readonly string[], seconds: Seconds): boolean {
    for (const key of closed)
      if (this.local.take([note("met", key, seconds)]).kind === "allowed")
        this.local.take([note("unsettled", key, UNSETTLED_SECONDS)]);
    return closed.every((key) => this.isNoted("unsettled", key));
  }

  /** For how long to refuse without reading the store. 0: the store has to be read. */
  private heldFor(around: readonly Attempt[]): Seconds {
    const held = keysOf(around).filter((key) => this.isNoted("held", key));
    // Once a limit is settled, the wait that the store reported is returned.
    const answers = held.map((key) => note(this.isNoted("unsettled", key) ? "held" : "met", key));
    const outcome = this.local.check(answers);
    return outcome.kind === "limited" ? outcome.retryAfterSeconds : 0;
  }

  private isNoted(name: Note, key: string): boolean {
    return this.local.check([note(name, key)]).kind === "limited";
  }
}

const keysOf = (attempts: readonly Attempt[]): readonly string[] => attempts.map(({ key }) => key);

const noted = (name: Note, key: string): string => `${name}:${key}`;

const note = (name: Note, key: string, seconds: Seconds = 1): Attempt => ({
  key: noted(name, key),
  points: 1,
  windowSeconds: seconds,
});
