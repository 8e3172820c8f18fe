import fc from "fast-check";
import { expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import type { Revocation } from "../../../src/domain/revocation.js";
import { isAfter, type StreamEntry } from "../../../src/stores/redis/revocations/stream-entry.js";
import {
  askNow,
  decideReading,
  isFollowing,
  NOTHING_READ,
  type ReadingEvent,
} from "../../../src/stores/redis/revocations/stream-reading.js";

/** Longer histories by CARDEA_HISTORIES. */
const HISTORIES = Number(process.env.CARDEA_HISTORIES ?? 400);
/** Small, so that reading often takes several answers. */
const BATCH = 3;
const STALE_MS = 2000;

type Step =
  | { readonly do: "write"; readonly own: boolean; readonly isAnswerLate: boolean }
  | { readonly do: "poll" | "shared" | "look" | "deliver" | "replicate" | "failOver" | "fail" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      own: fc.boolean(),
      isAnswerLate: fc.boolean(),
    }),
  },
  ...(
    [
      ["poll", 4],
      ["shared", 4],
      ["look", 3],
      ["deliver", 8],
      ["replicate", 2],
      ["failOver", 1],
      ["fail", 1],
    ] as const
  ).map(([kind, weight]) => ({ weight, arbitrary: fc.constant({ do: kind }) })),
);

const nameOf = (entry: Revocation) => (entry.kind === "user" ? entry.subject : "?");

/** A stream as Redis keeps it, and a replica that is as old as the last `replicate`. */
class Server {
  #time = 1_700_000_000_000;
  #entries: StreamEntry[] = [];
  #replica: StreamEntry[] = [];
  #history = 1;

  get names(): ReadonlySet<string> {
    return new Set(this.#entries.flatMap(({ revocation }) => (revocation ? [nameOf(revocation)] : [])));
  }
  get replication() {
    return { id: `history ${this.#history}`, replicas: 1 };
  }
  get nowMs() {
    return this.#time;
  }
  #append(revocation?: Revocation): StreamEntry {
    this.#time += 1;
    const last = this.#entries.at(-1);
    const previous = last === undefined ? "0-0" : last.revocation === undefined ? last.previous : last.id;
    const entry: StreamEntry = {
      id: `${this.#time}-0`,
      atMs: this.#time,
      sequence: (last?.sequence ?? 0) + (revocation === undefined ? 0 : 1),
      previous,
      birthMs: 1_700_000_000_000,
      ...(revocation === undefined ? {} : { revocation }),
    };
    if (revocation === undefined && last !== undefined && last.revocation === undefined) this.#entries.pop();
    this.#entries.push(entry);
    return entry;
  }
  write(subject: string): StreamEntry {
    return this.#append({ kind: "user", tenant: DEFAULT_TENANT, subject, epoch: 1, until: 2_000_000_000 });
  }
  heartbeat(): void {
    this.#append();
  }
  after(id: string): StreamEntry[] {
    return this.#entries.filter((entry) => id === "-" || isAfter(entry.id, id)).slice(0, BATCH);
  }
  replicate(): void {
    this.#replica = [...this.#entries];
  }
  failOver(): void {
    this.#entries = [...this.#replica];
    this.#history += 1;
    this.#time += 1;
  }
}

/** A gateway whose questions are under way for as long as the history says; answers come in their order. */
class Gateway {
  state = NOTHING_READ;
  readonly remembered = new Set<string>();
  rollbacks = 0;
  isPollWanted = false;
  /** What had to be remembered here when the primary took the poll that was acknowledged. */
  #promisedAt = new Map<number, ReadonlySet<string>>();
  readonly #underWay: (() => void)[] = [];
  #time = 0;

  constructor(readonly server: Server) {}

  #take(event: ReadingEvent): void {
    const decision = decideReading(this.state, event);
    this.state = decision.state;
    let next = "";
    for (const effect of decision.effects) {
      if (effect.kind === "apply") this.remembered.add(nameOf(effect.revocation));
      else if (effect.kind === "rollback") this.rollbacks += 1;
      else next = effect.kind;
    }
    if (next === "readOn" && event.kind === "looked") this.isPollWanted = true;
    else if (next === "readOn" || next === "readAnew") this.poll();
    else if (next === "poll") this.isPollWanted = true;
    else if (next === "giveUp") this.#take({ kind: "failed" });
    else if (next === "repair") {
      for (const name of this.remembered) if (!this.server.names.has(name)) this.server.write(name);
      this.#take({ kind: "repaired" });
    }
    const promised = this.#promisedAt.get(this.state.acknowledgedAtMs ?? Number.NaN);
    for (const name of promised ?? []) expect(this.remembered).toContain(name);
  }

  #ask() {
    this.#time += 1;
    return askNow(this.state, this.#time);
  }
  poll(): void {
    this.isPollWanted = false;
    const ask = this.#ask();
    this.server.heartbeat();
    const entries = this.server.after(ask.after);
    this.#promisedAt.set(ask.sentAtMs, this.server.names);
    const { replication } = this.server;
    const isWhole = entries.length < BATCH;
    this.#underWay.push(() => {
      const receivedAtMs = this.#time;
      this.#take({ kind: "polled", ask, entries, isWhole, replication, receivedAtMs, staleMs: STALE_MS });
    });
  }
  shared(): void {
    if (!isFollowing(this.state)) return;
    const ask = this.#ask();
    const entries = this.server.after(ask.after);
    this.#promisedAt.set(ask.sentAtMs, this.server.names);
    const { replication, nowMs: serverNowMs } = this.server;
    const isWhole = entries.length < BATCH;
    this.#underWay.push(() => {
      this.#take({
        kind: "shared",
        ask,
        entries,
        isWhole,
        replication,
        serverNowMs,
        receivedAtMs: this.#time,
      });
    });
  }
  look(): void {
    if (!isFollowing(this.state)) return;
    const entries = this.server.after(askNow(this.state, 0).after);
    this.#underWay.push(() => this.#take({ kind: "looked", entries, isWhole: entries.length < BATCH }));
  }
  /** A revocation this gateway writes; its caller is answered when the answer is here. */
  write(name: string, isAnswerLate: boolean): void {
    const { id, sequence } = this.server.write(name);
    const answered = () => {
      this.remembered.add(name);
      this.#take({ kind: "wrote", id, sequence });
    };
    if (isAnswerLate) this.#underWay.push(answered);
    else answered();
  }
  fail(): void {
    if (this.#underWay.length === 0) this.#take({ kind: "failed" });
  }
  /** One answer arrives. */
  deliver(): boolean {
    const answer = this.#underWay.shift();
    answer?.();
    if (this.#underWay.length === 0 && this.isPollWanted) this.poll();
    return this.#underWay.length > 0;
  }
}

it("whoever reads a stream misses nothing it acknowledged, loses nothing it knew and sees no break where there is none", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
      const server = new Server();
      const gateway = new Gateway(server);
      let writes = 0;
      let failedOver = false;
      for (const each of steps) {
        if (each.do === "write") {
          writes += 1;
          if (each.own) gateway.write(`own ${writes}`, each.isAnswerLate);
          else server.write(`other ${writes}`);
        } else if (each.do === "replicate") server.replicate();
        else if (each.do === "failOver") {
          failedOver = true;
          server.failOver();
        } else if (each.do === "deliver") gateway.deliver();
        else gateway[each.do]();
      }
      // Quiet at last: the next polls bring everything in order.
      while (gateway.deliver());
      for (let i = 0; i < 2; i += 1) {
        gateway.poll();
        while (gateway.deliver());
      }
      expect([...gateway.remembered].filter((name) => !server.names.has(name))).toEqual([]);
      expect([...server.names].filter((name) => !gateway.remembered.has(name))).toEqual([]);
      expect(gateway.state.expected.size).toBe(0);
      if (!failedOver) expect(gateway.rollbacks).toBe(0);
    }),
    { numRuns: HISTORIES },
  );
});
