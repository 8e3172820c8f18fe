import { createHash } from "node:crypto";
import type { AccessMap } from "../model.js";
import { phrasesOf } from "../pictures/phrases.js";
import { whatChanges } from "./changes.js";
import { html, type Markup, NOTHING } from "./markup.js";
import { STYLE } from "./style.js";
import { whatASubgraphReaches } from "./subgraphs.js";
import { whatAThiefReaches } from "./thief.js";
import { whoReachesWhat } from "./who.js";

/**
 * The map as one file for people: no script, nothing fetched, no date, so that equal maps are equal bytes. Every text of a graph
 * is escaped.
 */
export const accessPage = (map: AccessMap): string => {
  const phrases = phrasesOf(map);
  const style = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  const changes =
    map.changes === undefined
      ? { link: NOTHING, section: NOTHING }
      : {
          link: html`<li><a href="#changes">What changes</a></li>`,
          section: whatChanges(map.changes, phrases),
        };
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>Access map</title>
<style>${{ html: STYLE }}</style></head>
<body><header><h1>Access map</h1>
<p>${summary(map)}</p></header>
<nav aria-label="Pictures"><ul><li><a href="#who">Who reaches what</a></li><li><a href="#thief">What a thief reaches</a></li>${changes.link}<li><a href="#subgraphs">What a compromised subgraph reaches</a></li><li><a href="#callers">Kinds of caller</a></li></ul></nav>
<main>
${whoReachesWhat(map, phrases)}${whatAThiefReaches(map, phrases)}${changes.section}${whatASubgraphReaches(map)}${callers(map)}</main></body></html>
`.html;
};

const summary = (map: AccessMap): string => {
  const members = map.types.reduce((count, one) => count + one.members.length, 0);
  return `${map.types.length} types with ${members} members, in ${map.subgraphs.length} subgraphs. Rules ${map.rulesDigest}.`;
};

const callers = ({ personas }: AccessMap): Markup => {
  const scopes = personas.flatMap((one) => (one.kind === "scope" ? [one.scope] : []));
  return html`<section id="callers"><h2>Kinds of caller</h2>
<dl><dt>Visitor</dt><dd>Not signed in.</dd>
<dt>Signed in, no scope</dt><dd>Signed in just now, without any scope.</dd>
<dt>Each scope alone</dt><dd>Signed in just now with one of: ${scopes.length === 0 ? "no guard names a scope" : scopes.join(", ")}.</dd>
<dt>Stolen token</dt><dd>Every scope, and no recent proof of identity.</dd>
<dt>Everything, fresh</dt><dd>Every scope, signed in just now.</dd></dl></section>
`;
};
