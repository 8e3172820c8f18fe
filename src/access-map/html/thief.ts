import type { AccessMap, AccessMember, AccessType } from "../model.js";
import { type Answer, answersFor } from "./answers.js";
import { table } from "./columns.js";
import { html, type Markup } from "./markup.js";
import type { Phrases } from "./phrases.js";

const ANSWERS: Readonly<Record<Answer, string>> = {
  yes: "reached",
  ifPolicyGrants: "only if a policy says yes",
  no: "refused",
};

/** A stolen token against a fresh login; mutations that change credentials come first. */
export const whatAThiefReaches = (map: AccessMap, phrases: Phrases): Markup => {
  const answers = {
    visitor: answersFor(map, "visitor"),
    stolenToken: answersFor(map, "stolenToken"),
    everything: answersFor(map, "everything"),
  };
  const reaches = ({ reach }: AccessMember, persona: keyof typeof answers): boolean =>
    answers[persona][reach] === "yes";
  const answer = ({ reach }: AccessMember, persona: keyof typeof answers): string =>
    ANSWERS[answers[persona][reach] ?? "no"];
  const credentials = map.types
    .flatMap(({ members }) => members.filter((one) => one.changesCredential && !one.isHidden))
    .sort((left, right) => Number(reaches(right, "stolenToken")) - Number(reaches(left, "stolenToken")));
  const rows = credentials.map(
    (one) =>
      html`<tr><th scope="row">${one.coordinate}</th><td>${answer(one, "stolenToken")}</td><td>${answer(one, "everything")}</td><td>${phrases.demand(one)}</td><td>${phrases.askedBy(one)}</td></tr>
`,
  );
  const names = ({ coordinate, members }: AccessType, wanted: (one: AccessMember) => boolean) =>
    members.filter(wanted).map((one) => one.coordinate.slice(coordinate.length + 1));
  const byType = map.types.flatMap((type) => {
    const stolen = names(type, (one) => reaches(one, "stolenToken") && !reaches(one, "visitor"));
    const fresh = names(type, (one) => reaches(one, "everything") && !reaches(one, "stolenToken"));
    if (stolen.length + fresh.length === 0) return [];
    return [
      html`<tr><th scope="row">${type.coordinate}</th><td>${stolen.join(", ")}</td><td>${fresh.join(", ")}</td></tr>
`,
    ];
  });
  return html`<section id="thief"><h2>What a thief reaches</h2>
<p>A stolen access token has every scope of its owner and no recent proof of who holds it. Only a guard with <code>fresh</code> or <code>maxAge</code> stops it.</p>
<h3>Mutations that change credentials</h3>
${
  rows.length === 0
    ? html`<p>No mutation has a name that suggests it.</p>`
    : table(
        "credentials-table",
        "Found by their names; those a thief reaches come first",
        html`<tbody>${rows}</tbody>`,
      )
}
<h3>Everything else a sign-in opens</h3>
${
  byType.length === 0
    ? html`<p>A visitor reaches as much as anybody else.</p>`
    : table("thief-table", "Beyond what a visitor reaches, policies left out", html`<tbody>${byType}</tbody>`)
}</section>
`;
};
