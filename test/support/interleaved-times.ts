export interface Timed {
  readonly name: string;
  run(): unknown;
}

/**
 * How long each takes, in milliseconds. All run in turn, round after round, in another order each time, so that other
 * load on the machine affects all of them equally. The lower quartile is used, because load only makes a run slower.
 */
async function interleavedTimes(
  timed: readonly Timed[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const taken = new Map<string, number[]>(timed.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // A step without a common divisor with the number of names visits each once.
    const step = round % 2 === 0 ? 1 : timed.length - 1;
    for (let count = 0; count < timed.length; count += 1) {
      const each = timed[(round * 7 + count * step) % timed.length];
      if (each === undefined) continue;
      const before = performance.now();
      const running = each.run();
      if (running instanceof Promise) await running;
      taken.get(each.name)?.push(performance.now() - before);
    }
  }
  return new Map([...taken].map(([name, times]) => [name, lowerQuartile(times)]));
}

const lowerQuartile = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;

/**
 * Judges times until they are as they should be, a few times at most: what is really slower is so every time.
 *
 * @param judge - the names of those that took another time than they should
 * @returns the names it found at every attempt
 */
export async function alwaysOff(
  timed: readonly Timed[],
  { rounds, attempts }: { readonly rounds: number; readonly attempts: number },
  judge: (times: ReadonlyMap<string, number>) => readonly string[],
): Promise<readonly string[]> {
  let off: readonly string[] = timed.map(({ name }) => name);
  for (let attempt = 0; attempt < attempts && off.length > 0; attempt += 1) {
    const now = new Set(judge(await interleavedTimes(timed, rounds)));
    off = off.filter((name) => now.has(name));
  }
  return off;
}
