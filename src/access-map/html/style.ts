import { columnLabels } from "./columns.js";

/** The page's only style. Its colours have a contrast of 7:1 in both schemes, and none of them means anything. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1b1d21;--quiet:#45494f;--line:#767b84;--band:#f1f3f5;--link:#0a4285}
@media (prefers-color-scheme:dark){:root{--back:#14161a;--text:#eceef1;--quiet:#bfc4cc;--line:#878d97;--band:#20242a;--link:#a9cbff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav ul{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;padding:0;list-style:none}
nav a{display:inline-block;min-height:1.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
caption{text-align:left;padding:.25rem 0;color:var(--quiet)}
th,td{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}
thead th{background:var(--band);min-width:5.5rem;overflow-wrap:normal}
tbody th[colspan]{background:var(--band);padding-top:.75rem}
th[scope=row]{font-weight:600;min-width:8rem}
td{min-width:4rem}
code{font-family:ui-monospace,monospace;font-size:.95em}
summary{cursor:pointer;min-height:1.5rem}
p,dd{max-width:70ch}
dt{font-weight:600}
dd{margin:0 0 .5rem}
@media (max-width:48rem){
table,tbody,tr,th,td,caption{display:block}
thead{display:none}
th,td{border:0;padding:.125rem .25rem}
tr{border-bottom:1px solid var(--line);padding:.25rem 0}
td:empty{display:none}
td::before{font-weight:600}
${columnLabels()}
}
`;
