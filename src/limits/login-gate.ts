import type { Clock, Milliseconds, Seconds } from "../domain/time.js";
import type { Attempt, Limiter, LimitOutcome } from "./limiter.js";
import type { LocalLimiter } from "./local-limiter.js";
import type { LoginAttempts } from "./policy.js";
import { WaitingLine } from "./waiting-line.js";

/** An attempt that was let in, until its outcome is known. No call waits for the store, and none fails. */
export interface Entry {
  readonly kind: "entered";
  /** The proof was right: what counted against its owner is forgotten, and the others get their point back. */
  succeeded(): void;
  /** The proof was wrong: what was counted stays counted. */
  failed(): void;
  /** Nothing was proven or refuted: an outage, or a request that could not be served. */
  giveBack(): void;
}

export interface Refused {
  readonly kind: "limited";
  readonly retryAfterSeconds: Seconds;
  /** False when this gateway has reported the same limit already. */
  readonly isNews: boolean;
}

/** An attempt whose place is taken by others under way waits for it so long at most. */
const MAX_WAIT_MS: Milliseconds = 5_000;
/** What is under way at another gateway wakes nobody here: the store is asked again after each of these. */
const PAUSES_MS: readonly Milliseconds[] = [100, 300, 600];
/** A limit met so lately may be attempts under way, which are given back, rather than failures. */
const UNSETTLED_SECONDS: Seconds = 10;
const UNSETTLED_HOLD_SECONDS: Seconds = 1;
/** A limit is believed for so long without asking the store. */
const HOLD_SECONDS: Seconds = 5;

/** What this process remembers of a limit: not to ask the store, met without a break, met lately, reported. */
type Note = "held" | "met" | "unsettled" | "told";

type Limited = Extract<LimitOutcome, { kind: "limited" }>;

/**
 * Counts attempts at a password before any work is done for them. Only failures stay counted; but an attempt under way
 * holds a place until its outcome is known, so that no more are guessed at once than may fail. Who finds no place waits
 * a little for one.
 *
 * What the store has said of an address or a device label is remembered here for some seconds: whoever goes on from
 * there writes nothing, costs the store next to nothing, and is reported once.
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
    // The address has knocked where only the account waits; it knocks once.
    let hasKnocked = false;
    if (this.line.hasWaiters(keys) && this.heldFor(around) === 0) await this.line.wait(keys, MAX_WAIT_MS);
    for (;;) {
      const heldSeconds = this.heldFor(around);
      if (heldSeconds > 0) return { kind: "limited", retryAfterSeconds: heldSeconds, isNews: false };
      const outcome: LimitOutcome = await (hasKnocked ? this.limiter.take([own]) : this.ask(attempts));
      if (outcome.kind === "allowed") return this.entered(attempts, keys);
      const limited: ReadonlySet<string> = new Set(outcome.keys);
      const closed: readonly string[] = keysOf(around).filter((key) => limited.has(key));
      hasKnocked ||= closed.length === 0;
      const isUnsettled = closed.length > 0 && this.meet(closed, outcome.retryAfterSeconds);
      const isUnderWay = this.line.isUnderWay(outcome.keys);
      const pauseMs = isUnderWay ? leftMs() : isUnsettled ? (PAUSES_MS[pauses] ?? 0) : 0;
      if (!isUnderWay) pauses += 1;
      if (pauseMs > 0 && (await this.line.wait(outcome.keys, pauseMs))) continue;
      // Others wait for what is under way: nothing is held against them.
      const hold = isUnsettled ? UNSETTLED_HOLD_SECONDS : HOLD_SECONDS;
      if (!isUnderWay) for (const key of closed) this.local.take([note("held", key, hold)]);
      const seconds = isUnsettled || isUnderWay ? UNSETTLED_HOLD_SECONDS : outcome.retryAfterSeconds;
      return { kind: "limited", retryAfterSeconds: seconds, isNews: this.isNews(outcome) };
    }
  }

  /**
   * Takes all, or nothing where an address or a label is limited: no password is tried then, and nobody's account may
   * count it. Where one was limited lately it is asked first, so that a limited address writes nothing.
   */
  private async ask({ own, around }: LoginAttempts): Promise<LimitOutcome> {
    const isSuspect = keysOf(around).some((key) => this.isNoted("met", key) || this.isNoted("told", key));
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
    // The login stands whether or not the store hears of it: a point too many ends with its window.
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
    return this.local.take(keys.map((key) => note("told", key, retryAfterSeconds))).kind === "allowed";
  }

  /** Notes that these are limited. True: so lately that attempts under way may be why. */
  private meet(closed: readonly string[], seconds: Seconds): boolean {
    for (const key of closed)
      if (this.local.take([note("met", key, seconds)]).kind === "allowed")
        this.local.take([note("unsettled", key, UNSETTLED_SECONDS)]);
    return closed.every((key) => this.isNoted("unsettled", key));
  }

  /** For how long to refuse without asking the store; 0: it has to be asked. */
  private heldFor(around: readonly Attempt[]): Seconds {
    const held = keysOf(around).filter((key) => this.isNoted("held", key));
    // Once a limit has settled, what the store has said of it is the answer.
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
