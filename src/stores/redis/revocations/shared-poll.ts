import type { Milliseconds } from "../../../domain/time.js";
import type { Argument } from "../connection/client.js";
import { text } from "../connection/reply.js";
import { readEntries, type StreamEntry } from "./stream-entry.js";
import { BATCH, type StreamFollower } from "./stream-follower.js";

export interface SharedPollOptions {
  readonly followers: readonly StreamFollower[];
  /** The key of each follower's stream. */
  readonly streams: readonly string[];
  /** Runs the script for all of them; `streams` are those asked about. */
  readonly ask: (streams: readonly string[], args: readonly Argument[]) => Promise<unknown>;
}

/** Longer than any gateway sleeps between two polls. */
const HEARTBEAT_LIFE_MS: Milliseconds = 600_000;
/** So many streams are polled by themselves each time, in turn: what a shared poll cannot notice is noticed then. */
const OWN_POLLS = 2;

/**
 * Keeps many followers current with one command, where their streams stand on one server. A follower that has not read
 * its stream yet, or whose stream may have lost something, polls by itself; so does everyone, when the server's
 * heartbeat or replication id says that it lost writes.
 *
 * @returns does it once
 */
export function createSharedPoll({ followers, streams, ask }: SharedPollOptions): () => Promise<void> {
  let lastBeatMs: Milliseconds | undefined;
  let turn = 0;

  /** @returns the followers that need a poll of their own all the same */
  const askTogether = async (): Promise<Set<StreamFollower>> => {
    const parts = followers.flatMap((follower, index) => {
      const question = follower.ask();
      return question === undefined ? [] : [{ follower, question, stream: streams[index] ?? "" }];
    });
    const alone = new Set(followers);
    if (parts.length === 0) return alone;
    const args = [HEARTBEAT_LIFE_MS, BATCH, ...parts.map(({ question }) => question.after)];
    const answer = readShared(
      await ask(
        parts.map(({ stream }) => stream),
        args,
      ),
    );
    const isContinuous = lastBeatMs === undefined || answer.beforeMs >= lastBeatMs;
    lastBeatMs = answer.nowMs;
    for (const { follower, question, stream } of parts) {
      const isCurrent = follower.answer({
        ask: question,
        entries: answer.news.get(stream) ?? [],
        replication: answer.replication,
        serverNowMs: answer.nowMs,
      });
      if (isCurrent && isContinuous) alone.delete(follower);
    }
    return alone;
  };

  return async () => {
    const alone = await askTogether();
    for (let i = 0; i < OWN_POLLS; i += 1) {
      const next = followers[turn];
      if (next !== undefined) alone.add(next);
      turn = (turn + 1) % followers.length;
    }
    const polled = await Promise.allSettled([...alone].map((follower) => follower.poll()));
    const failed = polled.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  };
}

function readShared(answer: unknown): {
  readonly nowMs: Milliseconds;
  /** Negative where there was no heartbeat. */
  readonly beforeMs: Milliseconds;
  readonly replication: { readonly id: string; readonly replicas: number };
  readonly news: ReadonlyMap<string, readonly StreamEntry[]>;
} {
  if (!Array.isArray(answer) || !Array.isArray(answer[4])) throw new TypeError("a poll answered out of turn");
  const news = answer[4].map((each: unknown) => {
    if (!Array.isArray(each)) throw new TypeError("a stream answered out of turn");
    return [text(each[0]), readEntries(each[1])] as const;
  });
  const before = text(answer[1]);
  return {
    nowMs: Number(text(answer[0])),
    beforeMs: before === "" ? -1 : Number(before),
    replication: { id: text(answer[2]), replicas: Number(text(answer[3])) },
    news: new Map(news),
  };
}
