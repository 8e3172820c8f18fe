/** One call as its caller saw it. */
export interface Call<Command, Answer> {
  readonly command: Command;
  readonly calledAt: number;
  /** `Infinity` when no answer came: it may have taken effect at any time since, or never. */
  readonly answeredAt: number;
  /** Absent when no answer came. */
  readonly answer?: Answer;
}

/**
 * Is there an order of the calls that respects real time and that a sequential object could have given? (Wing and
 * Gong's search, with the states seen for a set of finished calls remembered.)
 *
 * @param step - the sequential law: next state and answer
 */
export function isLinearizable<State, Command, Answer>(
  calls: readonly Call<Command, Answer>[],
  initial: State,
  step: (state: State, command: Command) => { readonly state: State; readonly answer: Answer },
): boolean {
  const seen = new Set<string>();
  const search = (remaining: ReadonlySet<number>, state: State): boolean => {
    const open = [...remaining].map((index) => calls[index]).filter((call) => call !== undefined);
    // Calls without an answer may never have happened.
    if (open.every(({ answer }) => answer === undefined)) return true;
    const key = JSON.stringify([[...remaining], state]);
    if (seen.has(key)) return false;
    seen.add(key);
    const firstAnswer = Math.min(...open.map(({ answeredAt }) => answeredAt));
    for (const index of remaining) {
      const call = calls[index];
      // Whatever began after another had been answered cannot come before it.
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
