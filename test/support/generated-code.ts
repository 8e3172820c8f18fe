/** Runs as where the runtime forbids generated code (`--disallow-code-generation-from-strings`), or fails otherwise. */
export const withoutGeneratedCode = <T>(
  run: () => T,
  error: Error = new EvalError("Code generation from strings disallowed for this context"),
): T => {
  const original = globalThis.Function;
  class Forbidden {
    constructor() {
      throw error;
    }
  }
  globalThis.Function = Forbidden as unknown as FunctionConstructor;
  try {
    return run();
  } finally {
    globalThis.Function = original;
  }
};
