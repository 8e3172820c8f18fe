import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours are the page's custom properties, which reach into the shadow root: one theme serves light and dark.
const looks = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    fontSize: "var(--size-mono)",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 16px 0 6px" },
  ".cm-gutters": {
    // Lines wrap, so that nothing scrolls below it; a colour would hide the outline of the focus.
    backgroundColor: "transparent",
    color: "var(--text-faint)",
    border: "0",
    paddingInlineStart: "6px",
  },
  ".cm-cursor": { borderInlineStartColor: "var(--accent)", borderInlineStartWidth: "2px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)",
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--accent) 18%, transparent)",
    outline: "0",
  },
  ".cm-foldPlaceholder": {
    border: "0",
    padding: "0 6px",
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-strong)",
  },
  ".cm-placeholder": { color: "var(--text-faint)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "8px",
    backgroundColor: "var(--surface-raised)",
    color: "var(--text)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    fontFamily: "var(--font)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-strong)",
  },
  ".cm-completionDetail": { color: "var(--text-quiet)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "8px 12px", whiteSpace: "pre-wrap", maxWidth: "320px", fontSize: "13px" },
  ".cm-diagnostic": { padding: "6px 12px", fontFamily: "var(--font)", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderInlineStart: "3px solid var(--problem)" },
  ".cm-diagnostic-warning": { borderInlineStart: "3px solid var(--attention)" },
  ".cm-lintRange": {
    backgroundImage: "none",
    textDecoration: "underline wavy 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--problem)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--attention)" },
  ".hover-card": { display: "grid", gap: "4px", maxWidth: "420px", padding: "10px 12px", fontSize: "13px" },
  ".hover-signature": { fontFamily: "var(--mono)", fontWeight: "600", overflowWrap: "anywhere" },
  ".hover-text": { color: "var(--text-quiet)", whiteSpace: "pre-wrap" },
  ".hover-demand": { color: "var(--attention)", fontWeight: "550" },
  ".refused-value": {
    borderRadius: "3px",
    backgroundColor: "var(--problem-soft)",
    color: "var(--problem)",
    fontWeight: "600",
  },
  ".refused-note": {
    display: "inline-flex",
    alignItems: "center",
    gap: "8px",
    marginInlineStart: "12px",
    fontFamily: "var(--font)",
    color: "var(--problem)",
  },
  ".refused-button": {
    minHeight: "24px",
    padding: "0 8px",
    border: "1px solid currentColor",
    borderRadius: "5px",
    backgroundColor: "var(--surface)",
    color: "var(--problem)",
    font: "inherit",
    fontSize: "12px",
    fontWeight: "600",
    cursor: "pointer",
  },
  ".refused-button:hover": { backgroundColor: "var(--problem-soft)" },
  ".refused-button:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.null, tags.bool], color: "var(--syntax-keyword)" },
  { tag: tags.propertyName, color: "var(--syntax-property)" },
  { tag: [tags.atom, tags.special(tags.name), tags.typeName], color: "var(--syntax-name)" },
  { tag: [tags.attributeName, tags.modifier], color: "var(--syntax-argument)" },
  { tag: tags.variableName, color: "var(--syntax-variable)" },
  { tag: tags.string, color: "var(--syntax-string)" },
  { tag: [tags.number, tags.integer, tags.float], color: "var(--syntax-number)" },
  { tag: tags.lineComment, color: "var(--syntax-comment)", fontStyle: "italic" },
  { tag: [tags.paren, tags.brace, tags.bracket, tags.separator], color: "var(--text-quiet)" },
]);

export const editorTheme: Extension = [looks, syntaxHighlighting(colours)];
