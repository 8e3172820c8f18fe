import { at, codeAt } from "../ask.js";
import type { Step } from "../tour.js";

const FORGOTTEN = '@composeDirective(name: "@auth")';

/** Standard composition silently drops `@auth` when one line is missing. Cardea refuses to compose. */
export const forgotten: Step = {
  id: "forgotten",
  title: "A subgraph that forgets @composeDirective",
  about:
    "A subgraph publishes its schema without the line by which its guards survive composition. The gateway refuses the graph, the last good one keeps serving, and the line is put back.",
  panel: "subgraphs",
  seconds: () => 3,
  async run({ ask, check, press, problems }) {
    try {
      const broken = (await press("forget-directive")).problems.join("\n");
      check("without the line composition is refused", broken !== "", broken);
      check("the refusal names the subgraph", broken.includes("products"), broken);
      check("and the line to add", broken.includes(FORGOTTEN), broken);
      check("and shows no stack", !/\n\s+at /.test(broken), broken);
      check("the problem is part of the state of the page", (await problems()).join("\n") === broken);
      const answer = await ask("{ products { name ... on Book { margin } } }");
      check(
        "the last good graph serves, with its guards",
        at(answer.data, "products.0.name") === "Hinges of the Ancient World" &&
          codeAt(answer, "products.0.margin") === "UNAUTHENTICATED",
        answer,
      );
    } finally {
      const whole = await press("restore-directive");
      check("with the line it composes again", whole.status === 200 && whole.problems.length === 0, whole);
      check("and the problem is gone", (await problems()).length === 0);
    }
  },
};
