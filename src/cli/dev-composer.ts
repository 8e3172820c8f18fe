import { createHash } from "node:crypto";
import type { GuardSource } from "../authorization/index.js";
import { ConfigError, problemText } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { composeInput } from "./compose.js";
import { replaceFile } from "./files.js";
import type { GraphInput } from "./graph-input.js";
import type { Terminal } from "./output.js";

/** Composes the subgraphs into a file repeatedly, and keeps the current problems. */
export interface DevComposer {
  /** @returns true when a new supergraph was written */
  compose(): Promise<boolean>;
  /** Records that the gateway refused or loaded a supergraph: one that composes may still be refused. */
  observe(event: DomainEvent): void;
  /** The current problems, one text each. */
  problems(): readonly string[];
  /** The SDL of the subgraphs that composed last, with the auth subgraph; `undefined` before. */
  sources(): readonly GuardSource[] | undefined;
}

/** Creates a composer that prints each change and each problem once. */
export function createDevComposer(
  input: GraphInput,
  file: string,
  terminal: Terminal,
  json: boolean,
): DevComposer {
  let servedDigest: string | undefined;
  let lastProblem: string | undefined;
  let notComposed: readonly string[] = [];
  let notServed: readonly string[] = [];
  let sources: readonly GuardSource[] | undefined;

  const print = (event: "composed" | "refused", details: object, lines: readonly string[]): void => {
    if (json) terminal.out(JSON.stringify({ ok: event === "composed", event, ...details }));
    else for (const line of lines) terminal.err(line);
  };
  const refuse = (error: ConfigError): void => {
    notComposed = error.problems.map(problemText);
    if (error.message === lastProblem) return;
    lastProblem = error.message;
    const state = servedDigest === undefined ? "waiting" : "the last good graph keeps serving";
    print("refused", { problems: error.problems, state }, [...notComposed, `(${state})`]);
  };

  return {
    async compose() {
      let supergraphSdl: string;
      let loaded: readonly GuardSource[] = [];
      try {
        supergraphSdl = await composeInput(input, (subgraphs) => {
          loaded = subgraphs;
        });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refuse(error);
        return false;
      }
      notComposed = [];
      const { authSdl } = input;
      sources = authSdl === undefined ? loaded : [...loaded, { name: "auth", sdl: authSdl }];
      const digest = createHash("sha256").update(supergraphSdl).digest("hex");
      const recovered = lastProblem !== undefined;
      lastProblem = undefined;
      if (digest === servedDigest) {
        if (recovered) print("composed", { digest, changed: false }, ["composed again; nothing has changed"]);
        return false;
      }
      await replaceFile(file, supergraphSdl);
      const first = servedDigest === undefined;
      servedDigest = digest;
      print("composed", { digest, changed: true }, [
        first ? "composed" : "composed again: the new graph is serving",
      ]);
      return true;
    },
    observe(event) {
      if (event.type === "supergraph.refused")
        notServed = [event.reason ?? "the gateway refused the supergraph"];
      else if (event.type === "supergraph.loaded" || event.type === "supergraph.swapped") notServed = [];
    },
    problems: () => [...notComposed, ...notServed],
    sources: () => sources,
  };
}
