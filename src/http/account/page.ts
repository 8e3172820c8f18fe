import { createHash } from "node:crypto";
import type { SessionId } from "../../domain/brand.js";
import type { UnixSeconds } from "../../domain/time.js";
import type { Answer } from "../answer.js";
import type { AccountTexts } from "./texts.js";

/** A session as its owner sees it here. */
export interface ShownSession {
  readonly id: SessionId;
  readonly createdAt: UnixSeconds;
  readonly lastSeenAt: UnixSeconds;
  readonly device?: string;
  readonly ip?: string;
  readonly current: boolean;
}

const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
ul{list-style:none;padding:0}
li{border:1px solid;border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1rem}
h2{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.25rem 0}
button{font:inherit;padding:.4rem .9rem;min-height:2.5rem}`;

/** No script, nothing from elsewhere, no frame around it. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: readonly (readonly [string, string])[] = [
  ["content-type", "text/html; charset=utf-8"],
  ["content-security-policy", POLICY],
  ["cache-control", "no-store"],
  ["vary", "Cookie, Origin, Accept-Language"],
  // With `no-referrer` browsers send `Origin: null` with our own form (Fetch standard, "append a request Origin header").
  ["referrer-policy", "same-origin"],
  ["cross-origin-opener-policy", "same-origin"],
  ["x-frame-options", "DENY"],
];

/** A page with one sentence. */
export const messagePage = (status: number, texts: AccountTexts, message: string): Answer =>
  document(status, texts, `<p>${escaped(message)}</p>`);

/** The list of sessions, each with a form that ends it. */
export function sessionsPage(
  texts: AccountTexts,
  sessions: readonly ShownSession[],
  formToken: string,
): Answer {
  const rows = sessions.map((session) => row(texts, session, formToken)).join("\n");
  const others =
    sessions.length > 1
      ? form(formToken, `<input type="hidden" name="others" value="true">`, texts.endOthers)
      : "";
  return document(200, texts, `<p>${escaped(texts.intro)}</p>\n<ul>\n${rows}\n</ul>\n${others}`);
}

function row(texts: AccountTexts, session: ShownSession, formToken: string): string {
  const { id, createdAt, lastSeenAt, device, ip, current } = session;
  const title = escaped(device ?? texts.unknownDevice);
  const time = (seconds: UnixSeconds): string => {
    const date = new Date(seconds * 1000);
    const shown = new Intl.DateTimeFormat(texts.language, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: "UTC",
    }).format(date);
    return `<time datetime="${date.toISOString()}">${escaped(shown)} UTC</time>`;
  };
  return `<li>
<h2>${title}${current ? ` (${escaped(texts.current)})` : ""}</h2>
<p>${escaped(texts.lastSeen)}: ${time(lastSeenAt)}${ip === undefined ? "" : ` · ${escaped(ip)}`}</p>
<p>${escaped(texts.signedIn)}: ${time(createdAt)}</p>
${form(formToken, `<input type="hidden" name="session" value="${escaped(id)}">`, texts.end, `${texts.end}: ${device ?? texts.unknownDevice}`)}
</li>`;
}

/** Without an `action` a form goes to the address of its page, whatever path a proxy gave it. */
const form = (formToken: string, field: string, text: string, label = text): string =>
  `<form method="post"><input type="hidden" name="form" value="${escaped(formToken)}">${field}<button aria-label="${escaped(label)}">${escaped(text)}</button></form>`;

const document = (status: number, texts: AccountTexts, content: string): Answer => ({
  status,
  headers: HEADERS,
  body: `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(texts.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(texts.title)}</h1>
${content}
</main>
</body>
</html>
`,
});

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
