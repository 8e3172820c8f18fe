import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeAt } from "../../tour/ask.js";
import { BOB } from "../users.js";
import { cardea, withFolder } from "./cardea.js";
import { login } from "./sign-in.js";
import type { Step } from "./tour.js";

const QUERY = "query Explained { me { name email } users { name } }";

/** `cardea explain` predicts the decisions of the gateway. */
export const explained: Step = {
  title: "An explanation of what Bob may query",
  run: (tour) =>
    withFolder(async (folder) => {
      const { ask, check, demo } = tour;
      const file = join(folder, "operation.graphql");
      await writeFile(file, QUERY);
      const subgraphs = demo.subgraphs.flatMap(({ name, url }) => ["--subgraph", `${name}=${url}`]);
      const explanation = await cardea(
        "explain",
        ...subgraphs,
        "--operation",
        file,
        "--scopes",
        BOB.scopes.join(" "),
        "--json",
      );
      check("cardea explain reads the running subgraphs", explanation.exitCode === 0, explanation.output);
      const verdicts = verdictsOf(explanation.output);
      check(
        "it grants a field that only requires sign-in",
        verdicts.get("Query.me") === "GRANTED",
        explanation.output,
      );

      const { accessToken: token } = await login(tour, BOB);
      const served = await ask(QUERY, { token });
      check(
        "the gateway then makes the same decisions",
        verdicts.get("User.email") === "FORBIDDEN" &&
          verdicts.get("Query.users") === "FORBIDDEN" &&
          codeAt(served, "me.email") === "FORBIDDEN" &&
          codeAt(served, "users") === "FORBIDDEN" &&
          served.errors.length === 2,
        served.errors,
      );
    }),
};

function verdictsOf(output: string): ReadonlyMap<string, string> {
  const { selections = [] } = JSON.parse(output) as {
    readonly selections?: readonly { readonly coordinate: string; readonly verdict?: string }[];
  }; // the shape documented in docs/reference/cli.md
  return new Map(selections.map(({ coordinate, verdict = "" }) => [coordinate, verdict]));
}
