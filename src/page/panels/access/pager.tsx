import type { JSX } from "preact";
import type { PageOf } from "./paging.js";

interface PagerProps {
  readonly shown: Pick<PageOf<unknown>, "page" | "pages" | "text">;
  /** What is counted: `types`. */
  readonly noun: string;
  readonly onPage: (page: number) => void;
}

/** Says which part of a list is shown, and turns the pages. */
export function Pager({ shown: { page, pages, text }, noun, onPage }: PagerProps): JSX.Element {
  return (
    <div class="pager">
      <p role="status">
        {noun}: {text}
      </p>
      {pages > 1 && (
        <>
          <button
            type="button"
            class="button button-small"
            aria-disabled={page === 0}
            onClick={() => page > 0 && onPage(page - 1)}
          >
            Previous
          </button>
          <button
            type="button"
            class="button button-small"
            aria-disabled={page === pages - 1}
            onClick={() => page < pages - 1 && onPage(page + 1)}
          >
            Next
          </button>
        </>
      )}
    </div>
  );
}
