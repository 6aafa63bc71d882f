import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { projectRoot } from "../support/project-root";
import { tryFindChromium } from "./ingress/engines";
import { quietArguments } from "./support/chromium";

const screenshots = path.join(projectRoot, ".test-output", "report");
const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

describe("the report in a browser", () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  let trouble: string[];

  before("chromium not found", async function () {
    const executablePath = await tryFindChromium();
    if (executablePath === undefined) this.skip();
    browser = await chromium.launch({ executablePath, args: [...quietArguments] });
    folder = mkdtempSync(path.join(os.tmpdir(), "agyn-report-"));
    mkdirSync(screenshots, { recursive: true });
    const command = path.join(projectRoot, "bin/agyn-net");
    execFileSync(process.execPath, [command, "report", "--stack", "prod", "--out", path.join(folder, "report.html")], {
      cwd: projectRoot,
    });
  });

  after(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    trouble = [];
    page.on("console", (message) => trouble.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) trouble.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(path.join(folder, "report.html")).href);
  });

  afterEach(async () => {
    await page?.close();
    assert.deepEqual(trouble, []);
  });

  const shown = () => page.locator("#rpcs tbody tr:visible").count();

  it("is one file of at most 1.5 MB with a row per RPC", async () => {
    assert.ok(statSync(path.join(folder, "report.html")).size <= 1.5e6);
    assert.equal(await shown(), 369);
  });

  it("finds RPCs by words and counts them", async () => {
    await page.fill("#search", "runners createworkload");
    assert.equal(await page.locator("#rpc-count").textContent(), "1 of 369 RPCs");
    assert.match((await page.locator("#rpcs tbody tr:visible").textContent()) ?? "", /agents-orchestrator/);
  });

  it("filters by service, by reach and by caller, and shows all again", async () => {
    await page.selectOption("#filter-service", "agents");
    const ofAgents = await shown();
    await page.selectOption("#filter-reach", "internal");
    const internal = await shown();
    await page.selectOption("#filter-caller", "tracing");
    assert.ok(ofAgents > internal && internal > (await shown()));
    assert.equal(
      await page.locator("#rpcs tbody tr:visible th").allTextContents().then(String),
      "ResolveAgentIdentity",
    );
    await page.click("button[type=reset]");
    await page.waitForFunction("document.querySelector('#rpc-count').textContent === '369 of 369 RPCs'");
  });

  it("works by keyboard alone: skip link, search, a caller's reason", async () => {
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Skip to the content");
    await page.keyboard.press("/");
    await page.keyboard.type("CreateWorkload");
    const reason = page.locator("#rpcs tbody tr:visible summary").first();
    await reason.focus();
    await page.keyboard.press("Enter");
    assert.match(await reason.locator("xpath=..").innerText(), /Orchestrator alone decides/);
  });

  it("draws each layer and lists the same arrows in text", async () => {
    for (const option of await page.locator("#layer option").all()) {
      const layer = await option.getAttribute("value");
      await page.selectOption("#layer", layer);
      assert.equal(await page.locator("#picture canvas").count(), 3, `picture of ${layer}`);
      assert.equal(await page.locator("[data-layer]:visible").count(), 1);
    }
  });

  it("switches to dark and stays there", async () => {
    await page.click("#theme");
    const theme = () => page.locator("html").getAttribute("data-theme");
    assert.equal(await theme(), "dark");
    await page.reload();
    assert.equal(await theme(), "dark");
    assert.equal(await page.locator("#theme").getAttribute("aria-pressed"), "true");
  });

  it("is complete without scripts", async () => {
    const plain = await browser.newPage({ javaScriptEnabled: false });
    await plain.goto(pathToFileURL(path.join(folder, "report.html")).href);
    assert.equal(await plain.locator("#rpcs tbody tr:visible").count(), 369);
    await plain.close();
  });

  for (const theme of ["light", "dark"] as const) {
    for (const width of [1280, 420]) {
      it(`has no accessibility violation in ${theme} at ${width} pixels`, async () => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: theme });
        await page.evaluate(axe);
        const violations = await page.evaluate<string[]>(
          "axe.run().then(({violations}) => violations.map(({id, nodes}) => id + ': ' + nodes[0].html))",
        );
        assert.deepEqual(violations, []);
        await page.screenshot({ path: path.join(screenshots, `${theme}-${width}.png`) });
      });
    }
  }

  it("prints the whole table without controls", async () => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#filters").isVisible(), false);
    const height = await page.evaluate<string>("getComputedStyle(document.querySelector('.scroll')).maxHeight");
    assert.equal(height, "none");
  });
});
