import type { ComponentChildren, JSX } from "preact";

interface BadgeProps {
  readonly kind?: "plain" | "good" | "attention" | "problem" | "accent";
  readonly children: ComponentChildren;
}

/** A word or two in a small frame. */
export function Badge({ kind = "plain", children }: BadgeProps): JSX.Element {
  return <span class={`badge badge-${kind}`}>{children}</span>;
}
