// A browser on the public hosts, through Traefik over our Ingress objects and over our Gateway API objects.

import * as assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import * as http2 from "node:http2";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { modelFor } from "../../access/render/public-providers";
import { projectRoot } from "../../support/project-root";
import { createTemporaryFolder } from "../mesh/leftovers";
import { quietArguments } from "../support/chromium";
import { ApiServer } from "./api-server";
import { tryFindChromium, tryFindTraefik } from "./engines";
import { Traefik } from "./traefik";

const port = 24_445;
const changes = { port, className: "traefik", controller: { kind: "traefik", entry: "plaintext" } } as const;
const models = { Ingress: modelFor("traefik", changes), "Gateway API": modelFor("gatewayApi", changes) };

// The run's own certificates, and no others, pass for those of a known authority: nothing on the machine is changed.
function trust(certificates: readonly string[]): string {
  const hashes = certificates.map((certificate) => {
    const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(key).digest("base64");
  });
  return `--ignore-certificate-errors-spki-list=${hashes.join(",")}`;
}

for (const [kind, model] of Object.entries(models))
  describe(`a browser on the public hosts, through Traefik over our ${kind} objects`, () => {
    const screenshots = path.join(projectRoot, ".test-output", "ingress", model.options.ingress.provider);
    const profile = createTemporaryFolder("agyn-browser-");
    const complaints: string[] = [];
    let server: ApiServer | undefined;
    let traefik: Traefik;
    let context: BrowserContext | undefined;
    let page: Page;

    before("chromium, traefik, etcd or kube-apiserver not found", async function () {
      const [browser, binary] = [await tryFindChromium(), await tryFindTraefik()];
      server = browser === undefined || binary === undefined ? undefined : await ApiServer.tryStart();
      if (browser === undefined || binary === undefined || server === undefined) this.skip();
      traefik = await Traefik.start(binary, server, model);
      context = await chromium.launchPersistentContext(profile.path, {
        executablePath: browser,
        args: [...quietArguments, `--host-resolver-rules=MAP * ${traefik.address}`, trust(traefik.certificates)],
      });
      page = await context.newPage();
      page.on("console", (message) => complaints.push(`${message.text()} ${message.location().url}`));
      mkdirSync(screenshots, { recursive: true });
    });
    after(async () => {
      await context?.close();
      await traefik?.stop();
      await server?.stop();
      profile.remove();
    });

    const textAfterApi = async () => {
      await page.waitForFunction("document.body.textContent !== 'waiting'");
      return page.textContent("body");
    };
    const methodsSince = (index: number) => traefik.site.arrivals.slice(index).map(({ method }) => method);

    it("calls the API of a page's own origin on console, without a preflight (I6)", async () => {
      const before = traefik.site.arrivals.length;
      await page.goto(`https://console.agyn.test:${port}/`);
      assert.equal(await textAfterApi(), "gateway /me");
      assert.ok(!methodsSince(before).includes("OPTIONS"));
      await page.screenshot({ path: path.join(screenshots, "console.png") });
    });

    it("calls the API of a page's own origin on the apex, without a preflight (I5, I6)", async () => {
      const before = traefik.site.arrivals.length;
      await page.goto(`https://agyn.test:${port}/api/page`);
      assert.equal(await textAfterApi(), "gateway /me");
      assert.ok(!methodsSince(before).includes("OPTIONS"));
      await page.screenshot({ path: path.join(screenshots, "apex.png") });
    });

    it("ends on TLS when HTTP was typed (I14)", async () => {
      await page.goto(`http://chat.agyn.test:${traefik.plainPort}/room/1`);
      assert.equal(page.url(), `https://chat.agyn.test:${port}/room/1`);
      assert.equal(await page.evaluate("isSecureContext"), true);
      await page.screenshot({ path: path.join(screenshots, "chat.png") });
    });

    it("asks several hosts over HTTP/2 and gets none of them wrong", async () => {
      await page.goto(`https://chat.agyn.test:${port}/`);
      const statuses: string[] = [];
      page.on("response", (response) => statuses.push(`${response.status()} ${new URL(response.url()).hostname}`));
      for (const host of ["console.agyn.test", "tracing.agyn.test", "media.agyn.test"]) {
        await page.evaluate(`fetch("https://${host}:${port}/", { mode: "no-cors" }).then(() => undefined)`);
        assert.ok(statuses.includes(`200 ${host}`), statuses.join(", "));
      }
      assert.equal(await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol"), "h2");
    });

    it("would get both hosts over one and the same connection", async () => {
      const ca = traefik.authorities.public.certificate;
      const session = http2.connect(`https://chat.agyn.test:${port}`, {
        ca,
        host: traefik.address,
        servername: "chat.agyn.test",
      });
      for (const host of ["chat.agyn.test", "console.agyn.test"]) {
        const stream = session.request({ ":authority": `${host}:${port}`, ":path": "/" });
        const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
        assert.equal(headers[":status"], 200, host);
        stream.resume();
      }
      session.close();
    });

    it("has nothing to complain about: no mixed content, no refused request", () => {
      assert.deepEqual(
        complaints.filter((text) => !text.endsWith("/favicon.ico")),
        [],
      );
    });
  });
