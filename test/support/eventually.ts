/** Tries until it succeeds; the last error is thrown when time is up. For effects of other processes only. */
export async function eventually<Result>(act: () => Promise<Result>, withinMs = 8000): Promise<Result> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
