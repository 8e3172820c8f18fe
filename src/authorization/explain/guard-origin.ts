/** One guard and where it is declared. */
export interface GuardOrigin {
  readonly source: string;
  readonly coordinate: string;
  /** Line of the directive in that document, from 1. */
  readonly line: number;
  readonly directive: string;
}
