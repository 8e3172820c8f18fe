/** Everything that has to be closed when a start fails or a gateway stops. */
export interface Closing {
  add(close: () => void | Promise<void>): void;
  /** Closes everything once, in reverse order. If one fails, the others are closed all the same. */
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
