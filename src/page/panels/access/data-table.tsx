import type { ComponentChildren, JSX } from "preact";

interface DataTableProps {
  readonly caption: string;
  /** The first is the head of the rows. On narrow screens the others are repeated before each value. */
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself where it is too wide, and turns into blocks on narrow screens. */
export function DataTable({ caption, columns, children }: DataTableProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section class="table-scroll" aria-label={caption} tabIndex={0}>
      <table class="table data-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </section>
  );
}

interface CellProps {
  readonly column: string;
  readonly children?: ComponentChildren;
}

/** A value below its column. */
export function Cell({ column, children }: CellProps): JSX.Element {
  return <td data-column={column}>{children}</td>;
}
