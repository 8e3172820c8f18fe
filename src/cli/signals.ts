/** The signals that a gateway obeys. */
export interface Signals {
  readonly stopping: Promise<NodeJS.Signals>;
  readonly reloads: ReloadSignals;
}

/** Remembers a SIGHUP that arrives during the start, which may have loaded the supergraph already. */
export interface ReloadSignals {
  /** Calls the listener at each signal, and once now if there was one before. */
  passTo(listener: () => void): void;
}

type Process = Pick<NodeJS.Process, "on" | "once">;

/** Resolves at the first signal. It listens before the start, so that an early signal is not lost. */
export function stopSignal(of: Process = process): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) of.once(signal, () => resolve(signal));
  });
}

/** Listens before the start: SIGHUP ends a process that does not. */
export function reloadSignals(of: Process = process): ReloadSignals {
  let isEarly = false;
  let pass = (): void => {
    isEarly = true;
  };
  of.on("SIGHUP", () => pass());
  return {
    passTo(listener) {
      pass = listener;
      if (isEarly) listener();
    },
  };
}
