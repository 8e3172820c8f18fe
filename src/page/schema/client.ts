import type { SchemaCall, SchemaReply, SchemaRequests, SchemaVerb } from "./protocol.js";

/** The part of `Worker` that is used. */
export interface SchemaPort {
  postMessage(call: SchemaCall): void;
  addEventListener(type: "message", listener: (event: { readonly data: SchemaReply }) => void): void;
}

/** Asks the schema worker. */
export type AskSchema = <Verb extends SchemaVerb>(
  verb: Verb,
  input: SchemaRequests[Verb]["input"],
) => Promise<SchemaRequests[Verb]["output"]>;

/** @param open - starts the worker; called with the first question */
export function createSchemaClient(open: () => SchemaPort): AskSchema {
  const waiting = new Map<number, (reply: SchemaReply) => void>();
  let port: SchemaPort | undefined;
  let lastId = 0;
  const connect = (): SchemaPort => {
    const opened = open();
    opened.addEventListener("message", ({ data }) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    });
    return opened;
  };
  return (verb, input) =>
    new Promise((resolve, reject) => {
      port ??= connect();
      lastId += 1;
      waiting.set(lastId, (reply) => {
        // The worker answers each verb with its own output.
        if (reply.kind === "done") resolve(reply.output as SchemaRequests[typeof verb]["output"]);
        else reject(new Error(reply.message));
      });
      port.postMessage({ id: lastId, verb, input });
    });
}
