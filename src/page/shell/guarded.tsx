import { Component, type ComponentChildren, type JSX } from "preact";
import { Notice } from "../parts/notice.js";

interface GuardedState {
  readonly failure: string | undefined;
}

/** Keeps a failure of one panel from taking the page with it. */
export class Guarded extends Component<{ readonly children: ComponentChildren }, GuardedState> {
  override state: GuardedState = { failure: undefined };

  static override getDerivedStateFromError(error: unknown): GuardedState {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown): void {
    // Reported like other errors of the page, so that the developer console and the tests see it.
    globalThis.reportError(error);
  }

  override render(): JSX.Element {
    if (this.state.failure === undefined) return <>{this.props.children}</>;
    return (
      <Notice kind="problem" title="This panel has failed">
        <p>{this.state.failure}</p>
        <button type="button" class="button" onClick={() => this.setState({ failure: undefined })}>
          Show it again
        </button>
      </Notice>
    );
  }
}
