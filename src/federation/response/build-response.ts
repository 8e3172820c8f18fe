import type { GraphQLError } from "graphql";
import type { Denial, DenialView } from "../../authorization/authorizer.js";
import type { Failure } from "../result/failure.js";
import type { JsonObject } from "../result/json.js";
import type { ResponsePath } from "../result/paths.js";
import { type ErrorExposure, ErrorList, failureError } from "./errors.js";
import { clientPaths } from "./project/client-path.js";
import { type GatewayFields, type ProjectionInput, project } from "./project/project.js";

export interface AnswerInput
  extends Pick<
    ProjectionInput,
    "schema" | "rootType" | "selectionSet" | "collector" | "names" | "isTrue" | "hidesTypes"
  > {
  readonly data: JsonObject;
  readonly failures: readonly Failure[];
  readonly denials: DenialView | undefined;
  readonly gatewayFields: GatewayFields;
  readonly exposure: ErrorExposure;
  /** `Type.field` → paths of what it requires of its own object. */
  readonly requires: ReadonlyMap<string, ReadonlySet<string>>;
  readonly denialError: (denial: Denial, path: ResponsePath) => GraphQLError;
}

export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
}

/** Completes the response with the interpreter, and reports each denial, failure and invalid value once. */
export const answer = (input: AnswerInput, errors = new ErrorList()): Answer => {
  const seen = new Set<string>();
  const explained = new ExplainedPaths();
  for (const failure of input.failures) {
    // There is no path for a field that this caller did not select here; it is not reported.
    for (const path of clientPaths(input, input.data, failure.path, input.requires)) {
      const isShown = input.exposure.messages || failure.local !== undefined;
      const key = JSON.stringify([path, failure.kind, isShown ? failure.message : ""]);
      if (seen.has(key)) continue;
      seen.add(key);
      explained.add(path);
      errors.add(() => failureError(failure, path, input.exposure));
    }
  }
  const data = project(
    {
      ...input,
      onDenied: (denial, path) => {
        explained.add(path);
        errors.add(() => input.denialError(denial, path));
      },
      onInvalid: (message, path) => {
        if (explained.explains(path)) return;
        explained.add(path);
        errors.add(() => failureError({ kind: "shape", subgraph: "", path, message }, path, input.exposure));
      },
    },
    input.data,
  );
  return { data, errors: errors.all() };
};

/** Paths that have an error already. An error above or below a null explains it. */
class ExplainedPaths {
  readonly #paths = new Set<string>();
  readonly #above = new Set<string>();

  add(path: ResponsePath): void {
    let text = "";
    this.#above.add(text);
    for (const key of path) {
      text += `\n${typeof key === "number" ? "#" : ""}${key}`;
      this.#above.add(text);
    }
    this.#paths.add(text);
  }

  explains(path: ResponsePath): boolean {
    let text = "";
    if (this.#paths.has(text)) return true;
    for (const key of path) {
      text += `\n${typeof key === "number" ? "#" : ""}${key}`;
      if (this.#paths.has(text)) return true;
    }
    return this.#above.has(text);
  }
}
