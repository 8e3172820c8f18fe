import type { GraphQLError } from "graphql";
import type { Denial, DenialView } from "../authorization/authorizer.js";
import { type ErrorExposure, failureError } from "./errors.js";
import type { JsonObject } from "./execute/json.js";
import type { ResponsePath } from "./execute/paths.js";
import type { Failure } from "./execute/state.js";
import { clientPath } from "./project/client-path.js";
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
  readonly denialError: (denial: Denial, path: ResponsePath) => GraphQLError;
}

export interface Answer {
  readonly data: JsonObject | null;
  readonly errors: readonly GraphQLError[];
}

/** Completes the response the careful way: denials, failures and values that do not fit, each told once. */
export const answer = (input: AnswerInput): Answer => {
  const told: GraphQLError[] = [];
  const seen = new Set<string>();
  const explained: ResponsePath[] = [];
  for (const failure of input.failures) {
    const path = clientPath(input, input.data, failure.path);
    // About something this caller did not ask for here: told to nobody.
    if (path === undefined) continue;
    const error = failureError(failure, path, input.exposure);
    const key = JSON.stringify([path, error.message, error.extensions["code"]]);
    if (seen.has(key)) continue;
    seen.add(key);
    explained.push(path);
    told.push(error);
  }
  const data = project(
    {
      ...input,
      onDenied: (denial, path) => {
        explained.push(path);
        told.push(input.denialError(denial, path));
      },
      onInvalid: (message, path) => {
        if (explained.some((other) => related(other, path))) return;
        explained.push(path);
        told.push(failureError({ kind: "shape", subgraph: "", path, message }, path, input.exposure));
      },
    },
    input.data,
  );
  return { data, errors: told };
};

/** One path leads to the other: the failure there is the reason for the null here. */
const related = (a: ResponsePath, b: ResponsePath): boolean => {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return false;
  return true;
};
