import { createKeepFresh, type KeepFresh, type KeepFreshOptions } from "./keep-fresh.js";
import type { PageLike } from "./page.js";
import { createTabs, type Tabs, type TabsOptions } from "./tabs.js";

export interface PageSupport extends KeepFresh {
  /** Absent without a window. */
  readonly tabs: Tabs | undefined;
}

/**
 * What a session does only in a window, or while a stream is open: it shares its tokens with the other tabs, and
 * refreshes ahead. A part of its own, loaded when it is needed, because a server and a native application never need it.
 */
export function createPageSupport(
  page: PageLike | undefined,
  options: Omit<TabsOptions, "page"> & Omit<KeepFreshOptions, "page">,
): PageSupport {
  const tabs = page === undefined ? undefined : createTabs({ ...options, page });
  const fresh = createKeepFresh({ ...options, page });
  return {
    tabs,
    ...fresh,
    close() {
      fresh.close();
      tabs?.close();
    },
  };
}
