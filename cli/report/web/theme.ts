import { element } from "./element";

const key = "agyn-report-theme";

/** Lets the reader choose light or dark; until then the system decides. Tells the picture with a `themechange` event. */
export function switchTheme(): void {
  const button = element("theme", HTMLButtonElement);
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light")) === "dark";
  const apply = (theme: string | undefined) => {
    if (theme !== undefined) document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-pressed", String(isDark()));
    document.dispatchEvent(new Event("themechange"));
  };
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    remember(theme);
    apply(theme);
  });
  systemDark.addEventListener("change", () => apply(undefined));
  apply(recall());
}

// A page opened from disk may have no storage: the choice then lasts as long as the page.
function remember(theme: string): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    return;
  }
}

function recall(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
