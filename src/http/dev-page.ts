import { createHash } from "node:crypto";
import type { Answer } from "./answer.js";
import type { Exchange } from "./exchange.js";
import { refusal } from "./refusals.js";
import type { Route } from "./router.js";

/** The state that the page of `cardea dev` shows. */
export interface DevState {
  /** `waiting`: no set of subgraphs has composed yet. */
  readonly status: "waiting" | "serving";
  /** Composition problems of the current subgraphs. With `serving`, the last good graph still serves. */
  readonly problems: readonly string[];
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Path of the GraphQL endpoint. */
  readonly path: string;
}

const REFRESH_SECONDS = 2;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem}
pre{background:#fee;border-left:4px solid #c00;padding:1rem;white-space:pre-wrap;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){body{background:#111;color:#eee}pre{background:#300}}`;

/** The page shows text from subgraphs, so scripts and external resources are blocked. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The page of `cardea dev`, at `/`. It shows the same composition problems as the terminal. It exists in dev mode only
 * and is sent to browsers only; other clients get 404.
 */
export const devPageRoute = (state: () => DevState): Route => ({
  name: "dev",
  path: "/",
  methods: ["GET", "HEAD"],
  handle: ({ request }: Exchange): Answer =>
    acceptsHtml(request.headers.accept)
      ? {
          status: 200,
          headers: [
            ["content-type", "text/html; charset=utf-8"],
            ["content-security-policy", POLICY],
            ["cache-control", "no-store"],
            ["referrer-policy", "no-referrer"],
            ["x-frame-options", "DENY"],
          ],
          body: page(state()),
        }
      : refusal(request, 404, "Not found."),
});

const acceptsHtml = (accept: string | undefined): boolean =>
  (accept ?? "").split(",").some((range) => /^\s*text\/html\s*(;|$)/i.test(range));

const page = ({ status, problems, subgraphs, path }: DevState): string => {
  const headline =
    problems.length === 0
      ? "The graph is serving"
      : status === "serving"
        ? "The subgraphs do not compose: the last good graph keeps serving"
        : "The subgraphs do not compose yet";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${problems.length === 0 ? "Cardea dev" : "Cardea dev: problems"}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${headline}</h1>
${problems.map((problem) => `<pre>${escaped(problem)}</pre>`).join("\n")}
<p>Operations go to <code>POST ${escaped(path)}</code>.</p>
<ul>
${subgraphs.map(({ name, url }) => `<li>${escaped(name)}: <code>${escaped(url)}</code></li>`).join("\n")}
</ul>
</body>
</html>
`;
};

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
