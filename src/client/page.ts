/** The Web Locks API, as far as it is used. */
export interface LockManagerLike {
  request<Result>(
    name: string,
    options: { readonly mode?: "exclusive" | "shared"; readonly signal?: AbortSignal },
    run: () => Promise<Result>,
  ): Promise<Result>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** A `BroadcastChannel`, as far as it is used. */
export interface ChannelLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

interface Target {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/**
 * The parts of a browser window that a session uses: `globalThis`, described by its shape. Absent parts are done
 * without.
 */
export interface PageLike extends Target {
  readonly document?: Target & { readonly visibilityState?: string };
  readonly navigator?: { readonly locks?: LockManagerLike };
  readonly BroadcastChannel?: new (name: string) => ChannelLike;
}

/**
 * The window of this script. A process without a document has none: a server keeps the sessions of many users side by
 * side, and these must not hear of one another.
 */
export const ownPage = (): PageLike | undefined => {
  const page = globalThis as PageLike; // described by its shape, every part optional
  return page.document === undefined ? undefined : page;
};
