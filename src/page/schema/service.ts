import type { GraphQLSchema } from "graphql";
import { checkVariables } from "./check-variables.js";
import { complete } from "./complete.js";
import { type DemandOf, noDemands } from "./demands.js";
import { describe } from "./describe.js";
import { diagnose } from "./diagnose.js";
import { hover } from "./hover.js";
import { type Loaded, load } from "./load.js";
import type { LoadInput, LoadOutcome, SchemaReply, SchemaRequests, SchemaVerb } from "./protocol.js";
import { createSearch } from "./search.js";

type Handlers = {
  readonly [Verb in SchemaVerb]: (
    input: SchemaRequests[Verb]["input"],
  ) => SchemaRequests[Verb]["output"] | Promise<SchemaRequests[Verb]["output"]>;
};

/** Answers questions about one schema at a time: what the worker does, without the worker. */
export function createSchemaService(
  read: (input: LoadInput) => Promise<Loaded> = load,
): (verb: SchemaVerb, input: unknown) => Promise<unknown> {
  let schema: GraphQLSchema | undefined;
  let demandOf: DemandOf = noDemands;
  let search: ReturnType<typeof createSearch> | undefined;
  let loads = 0;

  const handlers: Handlers = {
    load: async (input): Promise<LoadOutcome> => {
      loads += 1;
      const call = loads;
      const loaded = await read(input);
      // The caller changed meanwhile: the answer to the later question counts.
      if (call !== loads) return { kind: "refused", message: "The schema was asked for again." };
      schema = loaded.kind === "loaded" ? loaded.schema : undefined;
      demandOf = loaded.kind === "loaded" ? loaded.demandOf : noDemands;
      search = schema === undefined ? undefined : createSearch(schema, demandOf);
      if (loaded.kind === "refused") return loaded;
      const types = Object.keys(loaded.schema.getTypeMap()).filter((name) => !name.startsWith("__")).length;
      return { kind: "loaded", types, hasAccess: loaded.hasAccess };
    },
    diagnose: ({ text }) => diagnose(text, schema),
    complete: ({ text, offset }) => (schema === undefined ? [] : complete(text, offset, schema)),
    hover: ({ text, offset }) => (schema === undefined ? undefined : hover(text, offset, schema, demandOf)),
    checkVariables: ({ text, operationName, variables }) =>
      schema === undefined ? [] : checkVariables(text, operationName, variables, schema),
    search: ({ words }) => search?.(words) ?? { total: 0, hits: [] },
    describe: ({ type }) => (schema === undefined ? undefined : describe(type, schema, demandOf)),
  };
  return async (verb, input) => (handlers[verb] as (input: unknown) => unknown)(input); // the client's types pair both
}

/** Answers one call, and turns a failure into a reply. */
export async function replyTo(
  answer: (verb: SchemaVerb, input: unknown) => Promise<unknown>,
  call: { readonly id: number; readonly verb: SchemaVerb; readonly input: unknown },
): Promise<SchemaReply> {
  try {
    return { id: call.id, kind: "done", output: await answer(call.verb, call.input) };
  } catch (error) {
    return { id: call.id, kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
