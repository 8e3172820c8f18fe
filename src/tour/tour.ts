/**
 * The tour of the demo: twelve steps that run in a browser (`src/page` imports this module, code and all) and headless
 * (`cardea demo --check`), by the same code. It needs `fetch`, timers and Web Crypto, and neither DOM nor Node. All that
 * only a server can do goes through the endpoints `/_cardea/demo/*` and `/_cardea/plan.json`.
 *
 * In a page: `for (const step of TOUR) await runStep(step, createTourTools({ origin: location.origin, demo }), report)`,
 * where `demo` comes from `state.json`. The steps sign in for themselves and keep their tokens to themselves.
 */
import type { SeenRequest } from "../domain/seen-request.js";
import type { Ask } from "./ask.js";

/** Panels of the page, by the names of `http/page/contract.ts`. */
export type StepPanel = "operation" | "you" | "access" | "live" | "subgraphs" | "plan";

export interface Step {
  /** Stable: `visitor`, `bob`, … */
  readonly id: string;
  readonly title: string;
  /** What will happen, in one or two sentences. */
  readonly about: string;
  /** The panel that shows it. */
  readonly panel: StepPanel;
  /** Longest time it takes, about, beside answers of the gateway. */
  seconds(demo: TourDemo): number;
  run(tour: Tour): Promise<void>;
}

/** What a step knows about the demo; part of `state.json`. */
export interface TourDemo {
  readonly freshSeconds: number;
  readonly graceSeconds: number;
  readonly subgraphs: readonly string[];
}

/** One assertion of a step. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** What was found instead, when it does not hold. May hold an answer, never a token. */
  readonly found?: unknown;
}

/** The tools of a step. */
export interface Tour extends TourTools {
  /** Makes a named assertion. A step continues after a failure. */
  check(name: string, holds: boolean, found?: unknown): void;
}

export interface TourTools {
  readonly demo: TourDemo;
  readonly ask: Ask;
  /** The end of the subgraphs' request logs now. */
  mark(): Promise<LogMark>;
  /** The requests that subgraphs got since the mark, from their own logs. */
  since(mark: LogMark, subgraph?: string): Promise<readonly SeenRequest[]>;
  /** Presses a button of the demo, for the caller of `token`. */
  press(button: string, options?: PressOptions): Promise<Pressed>;
  /** The plan of an operation for the caller of `token`, as `cardea explain --plan --json` tells it. */
  plan(query: string, token?: string): Promise<unknown>;
  /** Composition problems now. */
  problems(): Promise<readonly string[]>;
  waitSeconds(seconds: number): Promise<void>;
}

export interface PressOptions {
  readonly token?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The answer to a button; see `ButtonAnswer` of `http/page/contract.ts`. */
export interface Pressed {
  readonly status: number;
  readonly answered: { readonly status: number; readonly code: string; readonly reason: string } | undefined;
  readonly problems: readonly string[];
}

/** The number of the last request so far. */
export type LogMark = number;
