import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { keep, readKept } from "../state/kept.js";
import { clampShare, MAX_SHARE, MIN_SHARE, shareAfterKey } from "./split-share.js";

interface SplitProps {
  /** Under this name the layout is kept. */
  readonly name: string;
  /** What the splitter changes, for screen readers: `Width of the editor`. */
  readonly label: string;
  /** `columns`: side by side, dragged horizontally; on narrow screens one below the other, without a splitter. */
  readonly direction: "columns" | "rows";
  /** Share of the first part, in percent. */
  readonly initial: number;
  readonly first: ComponentChildren;
  readonly second: ComponentChildren;
}

/** Two parts with a splitter between them, moved by pointer or arrow keys (a window splitter of ARIA practices). */
export function Split({ name, label, direction, initial, first, second }: SplitProps): JSX.Element {
  const [share, setShare] = useState(() => clampShare(Number(readKept("split", `.${name}`) ?? initial)));
  const frame = useRef<HTMLDivElement>(null);
  const move = (next: number): void => {
    const clamped = clampShare(next);
    setShare(clamped);
    keep("split", String(clamped), `.${name}`);
  };
  const drag = (event: PointerEvent): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || event.buttons !== 1) return;
    const part =
      direction === "columns"
        ? (event.clientX - box.left) / box.width
        : (event.clientY - box.top) / box.height;
    move(part * 100);
  };
  return (
    <div ref={frame} class={`split split-${direction}`} style={{ "--share": `${share}%` }}>
      <div class="split-part">{first}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that is focused is a widget, which hr is not. */}
      <div
        class="splitter"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={direction === "columns" ? "vertical" : "horizontal"}
        aria-valuemin={MIN_SHARE}
        aria-valuemax={MAX_SHARE}
        aria-valuenow={Math.round(share)}
        onKeyDown={(event) => {
          const next = shareAfterKey(share, event.key, direction, initial);
          if (next === undefined) return;
          event.preventDefault();
          move(next);
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDblClick={() => move(initial)}
      />
      <div class="split-part">{second}</div>
    </div>
  );
}
