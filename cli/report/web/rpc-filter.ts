import { element } from "./element";

interface Row {
  readonly element: HTMLTableRowElement;
  /** Service, method and callers, in lower case. */
  readonly text: string;
  readonly service: string;
  readonly reach: string;
  readonly callers: readonly string[];
}

/** Hides the RPCs that do not match the search and the three filters, and says how many are left. */
export function filterRpcs(): void {
  const rows = [...element("rpcs", HTMLTableElement).tBodies].flatMap(({ rows }) => [...rows].map(toRow));
  const search = element("search", HTMLInputElement);
  const filters = { service: select("filter-service"), reach: select("filter-reach"), caller: select("filter-caller") };
  const count = element("rpc-count", HTMLOutputElement);

  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const matches = words.every((word) => row.text.includes(word)) && isSelected(row, filters);
      row.element.hidden = !matches;
      if (matches) shown++;
    }
    count.value = `${shown} of ${rows.length} RPCs`;
  };

  search.addEventListener("input", update);
  for (const filter of Object.values(filters)) filter.addEventListener("change", update);
  element("filters", HTMLFormElement).addEventListener("reset", () => setTimeout(update));
  focusOnSlash(search);
  update();
}

function isSelected(row: Row, { service, reach, caller }: Record<"service" | "reach" | "caller", HTMLSelectElement>) {
  return (
    (service.value === "" || row.service === service.value) &&
    (reach.value === "" || row.reach === reach.value) &&
    (caller.value === "" || row.callers.includes(caller.value))
  );
}

function select(id: string): HTMLSelectElement {
  return element(id, HTMLSelectElement);
}

function toRow(element: HTMLTableRowElement): Row {
  const { service = "", reach = "", callers = "" } = element.dataset;
  const text = (element.textContent ?? "").toLowerCase();
  return { element, text, service, reach, callers: callers.split(" ") };
}

function focusOnSlash(search: HTMLInputElement): void {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
  });
}
