import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { Explanation } from "../../access/answers/layer";
import type { Grant } from "../../access/answers/lists";
import type { OfflineObject } from "../../cli/shared/offline/object";
import { runCommand } from "./run-command";

type Sections = Readonly<Record<string, object>>;

const traefik = { provider: "ingress", className: "traefik" } as const;
const controller = { kind: "traefik", namespace: "traefik" } as const;
const plaintext: Sections = { ingress: { ...traefik, controller: { ...controller, entry: "plaintext" } } };
const inMesh: Sections = {
  ingress: { ...traefik, controller: { ...controller, entry: "mesh", serviceAccount: "traefik" } },
};
const gatewayApi: Sections = { ingress: { provider: "gateway-api", className: "istio" } };
const opened: Sections = {
  mesh: {
    exceptions: [{ workload: "media-proxy", port: 9999, mode: "PERMISSIVE", because: "scraped in plaintext" }],
    extraCallers: [
      {
        service: "metering",
        methods: "*",
        namespace: "istio-gateway",
        serviceAccount: "scraper",
        because: "reads usage",
      },
    ],
  },
};

describe("the commands that answer who reaches what", function () {
  // Each case starts processes: a loaded machine takes its time.
  this.timeout(90_000);

  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-answers-"));
  after(() => rmSync(folder, { recursive: true }));

  const stack = path.join(folder, "Pulumi.dev.yaml");
  function writeStack(sections: Sections): void {
    const own = Object.entries(sections).map(([name, section]) => ({ [`agyn-networking:${name}`]: section }));
    writeFileSync(
      stack,
      stringify({ config: Object.assign({ "agyn-networking:profile": "bootstrap" }, ...own) as object }),
    );
  }
  const run = async (...args: string[]) => (await runCommand([...args, "--stack", stack], folder)).out;
  const json = async <T>(...args: string[]) => JSON.parse(await run(...args, "--json")) as T;
  const arrives = async (from: string, to: string) =>
    (await json<Explanation>("explain", "--from", from, "--to", to)).permitted;
  const whoCan = async (target: string) => [...new Set((await json<Grant[]>("who-can", target)).map(({ who }) => who))];

  it("all tell that a port is open to anyone, where the ingress controller is outside of the mesh", async () => {
    writeStack(plaintext);
    assert.equal(await arrives("ops/foo", "gateway:8080"), true);
    assert.equal(await arrives("public", "chat-app:3000"), true);
    assert.deepEqual((await whoCan("chat-app:3000")).sort(), ["anyone", "the public"]);
    assert.ok((await json<Grant[]>("what-can", "ops/foo")).some(({ what }) => what === "gateway:8080"));
    const report = path.join(folder, "report.html");
    await run("report", "--out", report);
    assert.match(readFileSync(report, "utf8"), /"from":"anyone","to":"chat-app","label":"port 3000, in plaintext too"/);
  });

  for (const [title, sections] of [
    ["the Gateway API", gatewayApi],
    ["a controller in the mesh", inMesh],
  ] as const) {
    it(`all let the public in through ${title}`, async () => {
      writeStack(sections);
      assert.equal(await arrives("public", "chat-app:3000"), true);
      assert.ok((await whoCan("chat-app:3000")).includes("the public"));
      assert.ok((await json<Grant[]>("what-can", "public")).some(({ what }) => what.startsWith("chat-app:3000")));
    });
  }

  it("call one account by one name, and decide alike about a port that an exception opens", async () => {
    writeStack({});
    const before = path.join(folder, "before.yaml");
    writeFileSync(before, stringify({ config: { "agyn-networking:profile": "bootstrap" } }));
    writeStack(opened);
    assert.equal(await arrives("ops/foo", "media-proxy:9999"), true);
    assert.deepEqual(await whoCan("media-proxy:9999"), ["anyone"]);
    assert.ok((await whoCan("metering")).includes("istio-gateway/scraper"));
    const difference = await run("diff", before);
    assert.match(difference, /istio-gateway\/scraper may now call metering\./);
    assert.match(difference, /Anyone may now use media-proxy:9999/);
    assert.doesNotMatch(difference, /The ingress gateway may now/);
  });

  it("send names to the Service of the ingress that is there", async () => {
    const linesOf = async (sections: Sections) => {
      writeStack({ ...sections, overlay: { clusterDns: "coredns-custom" } });
      const objects = await json<OfflineObject[]>("preview");
      return objects
        .map((object) => JSON.stringify(object))
        .filter((text) => text.includes("rewrite name exact"))
        .join();
    };
    const lines = await linesOf(gatewayApi);
    assert.match(lines, /chat\.agyn\.localhost agyn-istio\.istio-gateway\.svc/);
    assert.doesNotMatch(lines, /istio-ingressgateway/);
    assert.doesNotMatch(await linesOf(plaintext), /chat\.agyn\.localhost/);
  });
});
