import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { toAccess } from "../../../local/kind/access";
import { askKind } from "../../../local/kind/answers";
import { chartOverrides } from "../../../local/kind/charts";
import { ensureCluster, removeCluster, type KindContext } from "../../../local/kind/cluster";
import { findHostPorts, renderKindConfig } from "../../../local/kind/config";
import { kindFolders } from "../../../local/kind/folders";
import { saveCluster, tryLoadCluster } from "../../../local/kind/record";
import { tlsFixtures } from "../../support/contract-double";

const ports = { http: 8080, https: 8443 };

/** A script that notes how it is called and does what `script` says; `$clusters` is a file with the clusters' names. */
function kindScript(folder: string, create: string): string {
  return `#!/bin/sh
echo "$KIND_EXPERIMENTAL_PROVIDER $*" >> ${folder}/calls
clusters=${folder}/clusters
case "$1 $2" in
  "get clusters") cat $clusters 2>/dev/null || echo "No kind clusters found." >&2 ;;
  "delete cluster") rm -f $clusters ;;
  "create cluster") ${create} ;;
esac
`;
}

describe("a cluster of kind", () => {
  let folder: string;
  let server: Server;
  let context: KindContext;
  let lines: string[];
  const made = 'echo agyn > $clusters; while [ "$1" != --kubeconfig ]; do shift; done; cp "$KUBECONFIG_TEXT" "$2"';
  const calls = () => readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
  const kind = (create: string) =>
    writeFileSync(path.join(folder, "kind"), kindScript(folder, create), { mode: 0o755 });

  before(async () => {
    const { cert, key } = tlsFixtures.server;
    server = createServer({ cert, key }, (_, response) => response.end("ok"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "agyn-kind-"));
    lines = [];
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cluster = { server: url, "certificate-authority-data": Buffer.from(tlsFixtures.ca).toString("base64") };
    const text = path.join(folder, "kubeconfig");
    writeFileSync(text, stringify({ clusters: [{ cluster }], users: [{ user: { token: "t" } }] }));
    const environment = { ...process.env, PATH: `${folder}:${process.env.PATH}`, KUBECONFIG_TEXT: text };
    const folders = kindFolders(path.join(folder, "state"));
    context = { folders, environment, line: (line) => void lines.push(line), status: () => undefined };
    kind(made);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is made with a kubeconfig in the state folder, and with ports that lead to the gateway", async () => {
    const { created, kubeconfig } = await ensureCluster(context, "podman", 8443);
    assert.ok(created);
    assert.match(kubeconfig, /https:\/\/127\.0\.0\.1/);
    const { config, kubeconfig: file } = context.folders;
    assert.deepEqual(calls(), [
      "podman get clusters",
      `podman create cluster --name agyn --config ${config} --kubeconfig ${file} --wait 180s`,
    ]);
    assert.match(readFileSync(config, "utf8"), /hostPort: 8443/);
  });

  it("is used again, and made anew when it is gone", async () => {
    await ensureCluster(context, "docker", 8443);
    assert.equal((await ensureCluster(context, "docker")).created, false);
    rmSync(path.join(folder, "clusters"));
    assert.equal((await ensureCluster(context, "docker", 8443)).created, true);
    assert.match(lines.join("\n"), /cluster agyn is gone, and the stack on it: starting anew/);
  });

  it("is made anew when a run was cut off while it was made", async () => {
    saveCluster(context.folders, { name: "agyn", containerEngine: "docker", ports, complete: false });
    writeFileSync(path.join(folder, "clusters"), "agyn\n");
    assert.equal((await ensureCluster(context, "docker", 8443)).created, true);
    assert.match(calls().join("\n"), /delete cluster --name agyn[^]*create cluster/);
  });

  it("of another is neither used nor removed", async () => {
    writeFileSync(path.join(folder, "clusters"), "agyn\n");
    await assert.rejects(
      ensureCluster(context, "docker"),
      /this state folder did not make: it stays as it is.*--no-kind/,
    );
    assert.equal(await removeCluster(context), false);
    assert.deepEqual(calls(), ["docker get clusters"]);
  });

  it("that cannot be made says kind's last words and how to go on, and leaves nothing", async () => {
    kind('for line in $(seq 40); do echo "line $line" >&2; done; exit 1');
    await assert.rejects(ensureCluster(context, "docker", 8443), (error: Error) => {
      assert.match(error.message, /^kind could not make the cluster agyn \(exit code 1\):\n {2}line 26\n/);
      assert.match(error.message, /line 40\nGo on without kind: add --no-kind/);
      return true;
    });
    assert.equal(tryLoadCluster(context.folders), undefined);
    assert.match(calls().at(-1) ?? "", /delete cluster --name agyn/);
  });

  it("is removed with the stack on it", async () => {
    await ensureCluster(context, "docker", 8443);
    assert.equal(await removeCluster(context), true);
    assert.equal(existsSync(context.folders.root), false);
    assert.equal(existsSync(path.join(folder, "clusters")), false);
  });

  it("is possible where kind and a container engine answer, and only there", async () => {
    const { environment } = context;
    const alone = { ...environment, PATH: `${folder}:/bin:/usr/bin`, KIND_EXPERIMENTAL_PROVIDER: "podman" };
    writeFileSync(path.join(folder, "kind"), "#!/bin/sh\necho kind v0.30.0 go1.25.1 linux/amd64\n", { mode: 0o755 });
    const engine = (code: number) =>
      writeFileSync(path.join(folder, "podman"), `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
    engine(0);
    assert.deepEqual(await askKind(alone), { kind: "kind 0.30.0", containerEngine: "podman" });
    engine(1);
    assert.deepEqual(await askKind(alone), { missing: "no container engine answers (asked: podman)" });
    rmSync(path.join(folder, "kind"));
    const { missing } = await askKind({ ...alone, PATH: folder });
    assert.equal(missing, "kind does not answer (kind is not on PATH)");
  });

  it("is described in the form that kind reads", () => {
    const mapping = (containerPort: number, hostPort: number) => {
      return { containerPort, hostPort, listenAddress: "127.0.0.1", protocol: "TCP" };
    };
    const nodes = [{ role: "control-plane", extraPortMappings: [mapping(30080, 8080), mapping(30443, 8443)] }];
    assert.deepEqual(parse(renderKindConfig(ports)), { kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", nodes });
  });

  it("takes the first ports that are free, or the one that was asked for", async () => {
    const taken =
      (...those: number[]) =>
      (port: number) =>
        Promise.resolve(those.includes(port));
    assert.deepEqual(await findHostPorts(undefined, taken()), { http: 80, https: 443 });
    assert.deepEqual(await findHostPorts(undefined, taken(443)), { http: 8080, https: 8443 });
    assert.deepEqual(await findHostPorts(9443, taken(80, 9443)), { http: 8080, https: 9443 });
    await assert.rejects(findHostPorts(undefined, taken(80, 8080, 18443)), /ports for the gateway are taken/);
  });

  it("is reached with a token or a certificate, and never without either", () => {
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    const text = (user: object) =>
      stringify({
        clusters: [{ cluster: { server: "https://x", "certificate-authority-data": encoded("ca") } }],
        users: [{ user }],
      });
    const certificate = { "client-certificate-data": encoded("cert"), "client-key-data": encoded("key") };
    const { client, token } = toAccess(text(certificate));
    assert.deepEqual([client, token], [{ certificate: "cert", key: "key" }, undefined]);
    assert.equal(toAccess(text({ token: "t" })).token, "t");
    for (const none of [text({}), "", text({ "client-certificate-data": encoded("cert") })]) {
      assert.throws(() => toAccess(none), /no server, authority or credentials/);
    }
  });

  it("takes charts from a folder only of sources that it has every chart of", () => {
    const has = ["base", "istiod", "gateway", "cert-manager"].map((name) => path.join("/charts", name, "Chart.yaml"));
    const overrides = chartOverrides({ AGYN_CHARTS: "/charts" }, (file) => has.includes(file));
    assert.deepEqual(
      overrides.map(({ path: at, value }) => [at, value]),
      [["charts.istio", "/charts"]],
    );
    assert.deepEqual(chartOverrides({}), []);
  });
});
