import type { JSX } from "preact";

/** A line drawing of 24 × 24. It says nothing that the text beside it does not say, so screen readers skip it. */
export function Icon({ path, size = 18 }: { readonly path: string; readonly size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}
