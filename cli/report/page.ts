import { Html, html, jsonForScript } from "./html";
import type { Caller, Layer, ReportData, RpcRow, Table } from "./report-data";

/** What makes the page one file: its style sheet and its compiled script. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

const reachNames: Readonly<Record<RpcRow["reach"], string>> = {
  user: "users, through the Gateway",
  internal: "named services",
  closed: "nobody",
  overlay: "the overlay only",
};

/** The report as one HTML document that loads nothing. Complete without its script, which filters and draws. */
export function renderPage(data: ReportData, assets: PageAssets): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${data.title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(assets.style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <h1>${data.title}</h1>
          <p>${data.facts.map((fact) => html`<span class="fact">${fact}</span> `)}</p>
          <nav aria-label="Sections">
            <a href="#calls">Calls</a> <a href="#reach">Picture</a>
            ${data.tables.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
            <button type="button" id="theme" aria-pressed="false">Dark</button>
          </nav>
        </header>
        <main id="main">${renderCalls(data.rpcs)} ${renderLayers(data.layers)} ${data.tables.map(renderTable)}</main>
        <script type="application/json" id="layers">
          ${jsonForScript(data.layers)}
        </script>
        <script>
          ${new Html(assets.script.replaceAll("</script", "<\\/script"))};
        </script>
      </body>
    </html>`.text;
}

function renderCalls(rpcs: readonly RpcRow[]): Html {
  const names = (values: readonly string[]) => [...new Set(values)].sort();
  const callers = names(rpcs.flatMap((rpc) => rpc.callers.map(({ name }) => name)));
  const reaches = Object.entries(reachNames);
  return html`<section id="calls" aria-labelledby="calls-title">
    <h2 id="calls-title">Who may call what</h2>
    <form id="filters" role="search" aria-label="Filter the RPCs">
      <label>Search <input id="search" type="search" autocomplete="off" aria-keyshortcuts="/" /></label>
      ${renderSelect("filter-service", "Service", named(names(rpcs.map(({ service }) => service))))}
      ${renderSelect("filter-reach", "Open to", reaches)} ${renderSelect("filter-caller", "Caller", named(callers))}
      <button type="reset">Show all</button>
      <output id="rpc-count" for="search">${rpcs.length} RPCs</output>
    </form>
    <div class="scroll" role="group" aria-label="Table of RPCs" tabindex="0">
      <table id="rpcs">
        <thead>
          <tr>
            ${["Service", "Method", "Open to", "Callers"].map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rpcs.map(renderRpc)}
        </tbody>
      </table>
    </div>
  </section>`;
}

const named = (names: readonly string[]) => names.map((name) => [name, name] as const);

function renderSelect(id: string, label: string, options: readonly (readonly [string, string])[]): Html {
  return html`<label
    >${label}
    <select id="${id}">
      <option value="">all</option>
      ${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select></label
  >`;
}

function renderRpc({ service, method, reach, callers }: RpcRow): Html {
  const names = callers.map(({ name }) => name).join(" ");
  return html`<tr data-service="${service}" data-reach="${reach}" data-callers="${names}">
    <td>${service}</td>
    <th scope="row">${method}</th>
    <td><span class="reach ${reach}">${reachNames[reach]}</span></td>
    <td>${callers.length === 0 ? "–" : callers.map(renderCaller)}</td>
  </tr>`;
}

function renderCaller({ name, condition, because }: Caller): Html {
  const text = condition === undefined ? name : `${name} (${condition})`;
  return html`<details class="caller">
    <summary>${text}</summary>
    ${because}
  </details>`;
}

function renderLayers(layers: readonly Layer[]): Html {
  return html`<section id="reach" aria-labelledby="reach-title">
    <h2 id="reach-title">Who reaches whom, layer by layer</h2>
    <form class="needs-script" aria-label="Choose the picture">
      <label
        >Layer
        <select id="layer">
          ${layers.map(({ id, title }) => html`<option value="${id}">${title}</option>`)}
        </select></label
      >
      <label
        >Only around
        <select id="node"></select
      ></label>
    </form>
    <div id="picture" class="needs-script" aria-hidden="true"></div>
    ${layers.map(renderLayer)}
  </section>`;
}

function renderLayer({ id, title, legend, edges }: Layer): Html {
  return html`<details data-layer="${id}" class="edges">
    <summary>${title} as a list: ${edges.length} arrows</summary>
    <p>${legend}</p>
    <ul>
      ${edges.map(({ from, to, label, because }) => html`<li><b>${from} → ${to}</b> ${label}: ${because}</li>`)}
    </ul>
  </details>`;
}

function renderTable({ id, title, empty, columns, rows }: Table): Html {
  const body = html`<div class="scroll" role="group" aria-label="Table: ${title}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${rows.length === 0 ? html`<p>${empty}</p>` : body}
  </section>`;
}
