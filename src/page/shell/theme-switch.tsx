import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { applyTheme, keptTheme, THEMES, type Theme } from "./theme.js";

const NAMES: Readonly<Record<Theme, string>> = { auto: "System", light: "Light", dark: "Dark" };

export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(keptTheme);
  return (
    <label class="theme-switch">
      <span class="visually-hidden">Colours</span>
      <select
        class="select"
        value={theme}
        onChange={(event) => {
          const chosen = THEMES.find((each) => each === event.currentTarget.value) ?? "auto";
          setTheme(chosen);
          applyTheme(chosen);
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {NAMES[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
