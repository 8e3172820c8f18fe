import type { Milliseconds } from "../../../domain/time.js";
import type { Argument } from "../connection/client.js";
import { text } from "../connection/reply.js";
import { readEntries, type StreamEntry } from "./stream-entry.js";
import { BATCH, type StreamFollower } from "./stream-follower.js";

export interface SharedPollOptions {
  readonly followers: readonly StreamFollower[];
  /** The key of each follower's stream. */
  readonly streams: readonly string[];
  /** Runs the script for several streams. */
  readonly ask: (streams: readonly string[], args: readonly Argument[]) => Promise<unknown>;
}

/** Longer than the pause between two polls of any gateway. */
const HEARTBEAT_LIFE_MS: Milliseconds = 600_000;
/** How many streams get their own poll each time, in turn: it notices losses that a shared poll cannot notice. */
const OWN_POLLS = 2;

/**
 * Reads the streams of many followers with one command, if they are on one server. A follower that has not read its
 * stream yet, or whose stream may have lost entries, polls by itself. All do when the heartbeat or the replication id
 * shows that the server lost writes.
 *
 * @returns a function that polls once
 */
export function createSharedPoll({ followers, streams, ask }: SharedPollOptions): () => Promise<void> {
  let lastBeatMs: Milliseconds | undefined;
  let turn = 0;

  /** @returns the followers that still need their own poll */
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
  /** Negative if there was no heartbeat. */
  readonly beforeMs: Milliseconds;
  readonly replication: { readonly id: string; readonly replicas: number };
  readonly news: ReadonlyMap<string, readonly StreamEntry[]>;
} {
  if (!Array.isArray(answer) || !Array.isArray(answer[4]))
    throw new TypeError("the poll script did not answer as expected");
  const news = answer[4].map((each: unknown) => {
    if (!Array.isArray(each))
      throw new TypeError("the poll script did not answer with a list of entries for a stream");
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
