/** What has been opened and must be closed in reverse, whether a start fails half-way or a gateway ends. */
export interface Closing {
  add(close: () => void | Promise<void>): void;
  /** Closes everything once, last opened first; one that fails does not keep the others open. */
  close(): Promise<void>;
}

export function createClosing(failed: (error: unknown) => void): Closing {
  const closers: (() => void | Promise<void>)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        failed(error);
      }
    }
  };
  return {
    add: (close) => void closers.push(close),
    close: () => {
      closed ??= closeAll();
      return closed;
    },
  };
}
