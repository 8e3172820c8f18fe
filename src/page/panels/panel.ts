import type { ComponentType } from "preact";
import type { PanelName } from "../../http/page/contract.js";

export interface PanelProps {
  /** What the panel says of itself, for its title and icon. */
  readonly panel: Panel;
  /** The part of the address after the panel's name: `Query.me` of `#/documentation/Query.me`. */
  readonly detail: string;
  /** False while another panel is shown. A panel stays mounted, so it should pause what nobody sees. */
  readonly isShown: boolean;
}

/**
 * One panel of the page. Each has a folder here with a `panel.ts` that exports `panel`; the registry finds it by itself.
 * It is offered when the gateway lists it in `panels` of its state.
 */
export interface Panel {
  /** In the address (`#/operation`) and in ids of elements. */
  readonly id: PanelName;
  /** In the navigation, and as the title of the window. */
  readonly title: string;
  /** Place in the navigation, ascending. */
  readonly order: number;
  /** Path data of a 24 × 24 icon, drawn as a line. */
  readonly icon: string;
  /** Loads the view when the panel is opened for the first time. */
  readonly load: () => Promise<{ readonly View: ComponentType<PanelProps> }>;
  /** Mounted beside all panels, always: a dialog that other panels open. */
  readonly Overlay?: ComponentType;
}
