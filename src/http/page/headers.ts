/** docs/spec/page.md §2: nothing from elsewhere, nothing inline, no `eval`, no frame around it. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

type Header = readonly [string, string];

/** For everything below the page. `nosniff` is on every answer of the gateway. */
export const ISOLATED: readonly Header[] = [
  ["cross-origin-resource-policy", "same-origin"],
  ["referrer-policy", "no-referrer"],
];

/** For documents, which a browser may show as a page of their own. */
export const DOCUMENT: readonly Header[] = [
  ...ISOLATED,
  ["content-security-policy", CONTENT_POLICY],
  ["cross-origin-opener-policy", "same-origin"],
  ["x-frame-options", "DENY"],
];

/** For JSON: if a browser shows it, nothing in it does anything. */
export const DATA: readonly Header[] = [
  ...ISOLATED,
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["cache-control", "no-store"],
];
