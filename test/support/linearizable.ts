/** One call, as observed by its caller. */
export interface Call<Command, Answer> {
  readonly command: Command;
  readonly calledAt: number;
  /** `Infinity` without an answer: the call may have taken effect at any later time, or never. */
  readonly answeredAt: number;
  /** Absent when no answer came. */
  readonly answer?: Answer;
}

/**
 * Is there an order of the calls that agrees with real time and with a sequential object? (The search of Wing and Gong;
 * it remembers the states for each set of finished calls.)
 *
 * @param step - the sequential rule: next state and answer
 */
export function isLinearizable<State, Command, Answer>(
  calls: readonly Call<Command, Answer>[],
  initial: State,
  step: (state: State, command: Command) => { readonly state: State; readonly answer: Answer },
): boolean {
  const seen = new Set<string>();
  const search = (remaining: ReadonlySet<number>, state: State): boolean => {
    const open = [...remaining].map((index) => calls[index]).filter((call) => call !== undefined);
    // Calls without an answer may have had no effect.
    if (open.every(({ answer }) => answer === undefined)) return true;
    const key = JSON.stringify([[...remaining], state]);
    if (seen.has(key)) return false;
    seen.add(key);
    const firstAnswer = Math.min(...open.map(({ answeredAt }) => answeredAt));
    for (const index of remaining) {
      const call = calls[index];
      // A call that began after the answer to another one cannot come before it.
      if (call === undefined || call.calledAt > firstAnswer) continue;
      const next = step(state, call.command);
      if (call.answer !== undefined && JSON.stringify(next.answer) !== JSON.stringify(call.answer)) continue;
      const rest = new Set(remaining);
      rest.delete(index);
      if (search(rest, next.state)) return true;
    }
    return false;
  };
  return search(new Set(calls.keys()), initial);
}
