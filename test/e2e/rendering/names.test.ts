import assert from "node:assert/strict";
import { ingressGateway, overlayPods } from "../../../access/platform/services";
import { managementPort } from "../../../components/ziti-overlay/controller";
import { chartNames } from "../../../local/engines/charts";
import { selects, type LabelSelector } from "../../support/network-policy-selectors";
import { ofKind, requireCharts, type Installation } from "./installation";
import type { KubernetesObject } from "./rendered-object";
import { podsBehind, portsOf, tryFindPodPort, tryFindService } from "./services";

function namespacesOf({ releases }: Installation): ReadonlySet<string> {
  return new Set(releases.map(({ namespace }) => namespace));
}

const inChart = (installation: Installation) => (namespace: string) => namespacesOf(installation).has(namespace);

interface Mention {
  readonly name: string;
  readonly namespace: string;
  readonly port?: number;
}

// As one word with or without a port, and as the destination of a route.
function mentionsIn(text: string): readonly Mention[] {
  const found = text.matchAll(
    /\b([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?(?::(\d+)|","port":\{"number":(\d+))?/g,
  );
  return [...found].map(([, name = "", namespace = "", port, number]) => {
    const digits = port ?? number;
    return { name, namespace, ...(digits === undefined ? {} : { port: Number(digits) }) };
  });
}

interface ObjectWithSelector {
  readonly owner: string;
  readonly namespace: string;
  readonly selector: LabelSelector;
}

// Pods that cert-manager starts while it asks for a certificate; no chart has them.
const startedAtRunTime = "acme.cert-manager.io/http01-solver";

/** Every selector of pods in the program's own objects, with the namespace that it selects in. */
function selectorsOf({ kind, metadata, spec }: KubernetesObject): readonly ObjectWithSelector[] {
  const namespace = metadata.namespace ?? "";
  const own = { owner: `${kind} ${namespace}/${metadata.name}`, namespace };
  if (kind === "NetworkPolicy") return policySelectors(own, spec as PolicySpec);
  const selector = (spec as { selector?: unknown } | undefined)?.selector;
  if (selector === undefined) return [];
  if (kind === "Gateway") return [{ ...own, selector: { matchLabels: selector as Record<string, string> } }];
  const isOfMesh = ["AuthorizationPolicy", "PeerAuthentication", "Telemetry"].includes(kind);
  return isOfMesh ? [{ ...own, selector: selector as LabelSelector }] : [];
}

interface Peer {
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

interface PolicySpec {
  readonly podSelector: LabelSelector;
  readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[] }[];
}

function policySelectors(
  own: Omit<ObjectWithSelector, "selector">,
  { podSelector, ingress = [], egress = [] }: PolicySpec,
): readonly ObjectWithSelector[] {
  const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  const others = peers.flatMap(({ namespaceSelector, podSelector: selector }) => {
    const namespace = namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] ?? own.namespace;
    return selector === undefined ? [] : [{ owner: own.owner, namespace, selector }];
  });
  return [{ ...own, selector: podSelector }, ...others];
}

describe("names that the program takes from charts", () => {
  it("are those of Services that exist, with the ports that are dialed", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    for (const installation of installations) {
      const { run, variant } = installation;
      const everything = [...run.registrations.map(({ inputs }) => inputs), run.outputs.clusterDnsLines];
      const mentions = everything.flatMap((one) => mentionsIn(JSON.stringify(one) ?? ""));
      const ours = mentions.filter(({ namespace }) => inChart(installation)(namespace));
      assert.ok(ours.length > 0 || variant.stack === "prod");
      const wrong = ours.filter(({ name, namespace, port }) => {
        const service = tryFindService(installation, namespace, name);
        return service === undefined || (port !== undefined && !portsOf(service).includes(port));
      });
      assert.deepEqual(wrong, [], variant.title);
    }
  });

  it("are labels of pods that exist, in every selector of the program's objects", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    for (const installation of installations) {
      const selectors = installation.own
        .flatMap(selectorsOf)
        .filter(({ namespace }) => inChart(installation)(namespace));
      assert.ok(selectors.length > 0);
      const empty = selectors.filter(({ namespace, selector }) => {
        if (startedAtRunTime in (selector.matchLabels ?? {})) return false;
        return !installation.pods.some((pod) => pod.namespace === namespace && selects(selector, pod.labels));
      });
      assert.deepEqual(empty, [], installation.variant.title);
    }
  });

  it("are accounts that pods run under, in every principal of the program's policies", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    for (const installation of installations) {
      const text = JSON.stringify(ofKind(installation.own, "AuthorizationPolicy"));
      const principals = [...text.matchAll(/\/ns\/([a-z0-9-]+)\/sa\/([a-z0-9-]+)"/g)];
      const ours = principals.filter(([, namespace = ""]) => inChart(installation)(namespace));
      assert.ok(ours.length > 0);
      for (const [principal, namespace, account] of ours) {
        const pods = installation.pods.filter((pod) => pod.namespace === namespace);
        assert.ok(
          pods.some(({ spec }) => spec.serviceAccountName === account),
          `${installation.variant.title}: ${principal}`,
        );
      }
    }
  });

  it("are the overlay's pods and ports, behind its Services", async function () {
    const { installations } = await requireCharts(this, "ziti-controller", "ziti-router");
    const { controller, router } = overlayPods;
    for (const installation of installations.filter(({ variant }) => variant.stack === "dev")) {
      const { namespace } = installation.releases.find(({ chart }) => chart.name === "ziti-router")!;
      const advertised = ((installation.variant.config.ingress ?? {}) as { port?: number }).port ?? 443;
      const expected = [
        { name: controller.publicService, port: advertised, podPort: controller.clientPort, ...controller },
        { name: controller.managementService, port: managementPort, podPort: controller.managementPort, ...controller },
        { name: router.publicService, port: advertised, podPort: router.edgePort, ...router },
      ];
      for (const { name, port, podPort, selector } of expected) {
        const service = tryFindService(installation, namespace, name);
        assert.ok(service, name);
        const pods = podsBehind(installation, service);
        assert.equal(pods.length, 1, name);
        assert.equal(tryFindPodPort(service, port, pods[0]!), podPort, name);
        assert.ok(selects({ matchLabels: selector }, pods[0]!.labels), name);
      }
    }
  });

  it("are the gateway's pods and ports, behind the only Service that leaves the cluster", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    for (const installation of installations) {
      const services = ofKind(installation.objects, "Service");
      const outward = services.filter(
        ({ spec }) => !["ClusterIP", undefined].includes((spec as { type?: string }).type),
      );
      assert.deepEqual(
        outward.map(({ metadata }) => metadata.name),
        [ingressGateway.serviceAccount],
      );
      const [pod] = podsBehind(installation, outward[0]!);
      assert.ok(pod && selects({ matchLabels: ingressGateway.selector }, pod.labels));
      const ports = portsOf(outward[0]!).map((port) => tryFindPodPort(outward[0]!, port, pod));
      assert.deepEqual(ports.filter((port) => port !== 15021).sort(), [ingressGateway.httpPort, 443].sort());
    }
  });

  it("are the authorities that trust-manager publishes for whoever talks to the controller", async function () {
    const { installations } = await requireCharts(this, "ziti-controller");
    for (const installation of installations.filter(({ variant }) => variant.stack === "dev")) {
      const bundles = ofKind(installation.objects, "Bundle").map(({ metadata, spec }) => [
        metadata.name,
        (spec as { target: { configMap: { key: string } } }).target.configMap.key,
      ]);
      assert.deepEqual(bundles, [["ziti-controller-ctrl-plane-cas", "ctrl-plane-cas.crt"]], installation.variant.title);
    }
  });
});
