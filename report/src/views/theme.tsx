// Light and dark: as the system has it, unless the reader says otherwise. What was said is remembered where the browser
// allows it, which it may not for a page from disk.

import { useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;
type ThemeName = (typeof THEMES)[number];
const KEY = "stellig-theme";

function remembered(): ThemeName {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

function set(theme: ThemeName): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Before anything is drawn. */
export function applyTheme(): void {
  set(remembered());
}

export function Theme() {
  const [theme, setTheme] = useState(remembered);
  const change = (name: ThemeName) => {
    setTheme(name);
    set(name);
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // It holds until the page is closed.
    }
  };
  return (
    <label class="theme">
      Theme{" "}
      <select value={theme} onChange={(event) => change(event.currentTarget.value as ThemeName)}>
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
