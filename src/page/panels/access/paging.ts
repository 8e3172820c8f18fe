/** A part of a long list. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Counted from 0; the last page when a later one was asked for. */
  readonly page: number;
  readonly pages: number;
  /** `1–100 of 5000` */
  readonly text: string;
}

/** One page of a list, so that a browser lays out hundreds of rows and not thousands. */
export const pageOf = <Item>(items: readonly Item[], page: number, size: number): PageOf<Item> => {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  const shown = items.slice(at * size, (at + 1) * size);
  const text =
    items.length === 0 ? "none" : `${at * size + 1}–${at * size + shown.length} of ${items.length}`;
  return { items: shown, page: at, pages, text };
};
