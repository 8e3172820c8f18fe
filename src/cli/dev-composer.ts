import { createHash } from "node:crypto";
import { ConfigError, problemText } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { composeInput } from "./compose.js";
import { replaceFile } from "./files.js";
import type { GraphInput } from "./graph-input.js";
import type { Terminal } from "./output.js";

/** Composes into a file again and again, and knows what is wrong at the moment. */
export interface DevComposer {
  /** @returns true when a new supergraph was written */
  compose(): Promise<boolean>;
  /** A supergraph that composes may still be refused by the gateway. */
  observe(event: DomainEvent): void;
  /** Each as one text; none while all is well. */
  problems(): readonly string[];
}

/** Says what changed or went wrong, each thing once. */
export function createDevComposer(
  input: GraphInput,
  file: string,
  terminal: Terminal,
  json: boolean,
): DevComposer {
  let servedDigest: string | undefined;
  let lastTrouble: string | undefined;
  let notComposed: readonly string[] = [];
  let notServed: readonly string[] = [];

  const tell = (event: "composed" | "refused", details: object, lines: readonly string[]): void => {
    if (json) terminal.out(JSON.stringify({ ok: event === "composed", event, ...details }));
    else for (const line of lines) terminal.err(line);
  };
  const refuse = (error: ConfigError): void => {
    notComposed = error.problems.map(problemText);
    if (error.message === lastTrouble) return;
    lastTrouble = error.message;
    const state = servedDigest === undefined ? "waiting" : "the last good graph keeps serving";
    tell("refused", { problems: error.problems, state }, [...notComposed, `(${state})`]);
  };

  return {
    async compose() {
      let supergraphSdl: string;
      try {
        supergraphSdl = await composeInput(input);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refuse(error);
        return false;
      }
      notComposed = [];
      const digest = createHash("sha256").update(supergraphSdl).digest("hex");
      const recovered = lastTrouble !== undefined;
      lastTrouble = undefined;
      if (digest === servedDigest) {
        if (recovered) tell("composed", { digest, changed: false }, ["composed again; nothing has changed"]);
        return false;
      }
      await replaceFile(file, supergraphSdl);
      const first = servedDigest === undefined;
      servedDigest = digest;
      tell("composed", { digest, changed: true }, [
        first ? "composed" : "composed again: the new graph serves",
      ]);
      return true;
    },
    observe(event) {
      if (event.type === "supergraph.refused") notServed = [event.reason ?? "the gateway refuses it"];
      else if (event.type === "supergraph.loaded" || event.type === "supergraph.swapped") notServed = [];
    },
    problems: () => [...notComposed, ...notServed],
  };
}
