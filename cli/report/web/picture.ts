import cytoscape from "cytoscape";
import type { Layer } from "../report-data";
import { placeAround } from "./columns";
import { element } from "./element";

/**
 * Draws the chosen layer. The list of arrows below the picture says the same in text, so the picture itself is hidden
 * from screen readers.
 */
export function showLayers(): void {
  const layers = JSON.parse(element("layers", HTMLScriptElement).textContent ?? "[]") as readonly Layer[];
  const choice = element("layer", HTMLSelectElement);
  const node = element("node", HTMLSelectElement);
  let graph: cytoscape.Core | undefined;

  const layer = () => layers.find(({ id }) => id === choice.value);
  const draw = () => {
    const shown = layer();
    graph?.destroy();
    graph = shown && drawLayer(shown, node.value);
    for (const list of document.querySelectorAll<HTMLElement>("[data-layer]")) {
      list.hidden = list.dataset.layer !== choice.value;
    }
  };
  const offerNodes = () => {
    const names = [...new Set((layer()?.edges ?? []).flatMap(({ from, to }) => [from, to]))].sort();
    node.replaceChildren(new Option("Everything", ""), ...names.map((name) => new Option(name, name)));
    draw();
  };

  choice.addEventListener("change", offerNodes);
  node.addEventListener("change", draw);
  document.addEventListener("themechange", draw);
  offerNodes();
}

function drawLayer({ edges }: Layer, only: string): cytoscape.Core {
  const shown = edges.filter(({ from, to }) => only === "" || from === only || to === only);
  const names = [...new Set(shown.flatMap(({ from, to }) => [from, to]))];
  const places = only === "" ? undefined : placeAround(only, shown);
  return cytoscape({
    container: element("picture", HTMLDivElement),
    elements: [
      ...names.map((id) => ({ data: { id }, position: places?.get(id) })),
      ...shown.map(({ from, to, label }, index) => ({
        data: { id: `arrow-${index}`, source: from, target: to, label: only === "" ? "" : label },
      })),
    ],
    style: styleOf(getComputedStyle(document.documentElement)),
    layout: { name: places === undefined ? "circle" : "preset", padding: 40 },
    minZoom: 0.2,
    maxZoom: 1.3,
  });
}

function styleOf(page: CSSStyleDeclaration): cytoscape.StylesheetJson {
  const color = (name: string) => page.getPropertyValue(name).trim();
  const text = { color: color("--text"), "font-size": 11, "font-family": "sans-serif" };
  return [
    {
      selector: "node",
      style: { ...text, label: "data(id)", "background-color": color("--accent"), width: 14, height: 14 },
    },
    {
      selector: "edge",
      style: {
        ...text,
        label: "data(label)",
        width: 1,
        "line-color": color("--line"),
        "target-arrow-color": color("--line"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.7,
        "curve-style": "bezier",
        "text-background-color": color("--background"),
        "text-background-opacity": 0.8,
      },
    },
  ];
}
