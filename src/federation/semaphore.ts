/** Runs at most `limit` tasks at a time, the others in the order they came. */
export interface Semaphore {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** @param limit - tasks at a time, at least 1 */
export const createSemaphore = (limit: number): Semaphore => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        // The slot is handed over, not freed: nobody can slip in between.
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
};
