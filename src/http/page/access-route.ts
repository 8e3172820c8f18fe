import { type Answer, json } from "../answer.js";
import type { Route } from "../router.js";
import type { AccessAnswer } from "./contract.js";
import { DATA } from "./headers.js";
import { refuse } from "./refuse.js";

/** @param access - the access map of the graph that serves; `undefined` while there is none */
export const accessRoute = (access: () => AccessAnswer | undefined): Route => {
  let last: { readonly answer: AccessAnswer; readonly sent: Answer } | undefined;
  return {
    name: "page-access",
    path: "/_cardea/access.json",
    methods: ["GET", "HEAD"],
    handle: () => {
      const answer = access();
      if (answer === undefined)
        return refuse(503, "No graph is served yet.", { headers: [["retry-after", "1"]] });
      if (last?.answer !== answer) last = { answer, sent: json(200, answer, DATA) };
      return last.sent;
    },
  };
};
