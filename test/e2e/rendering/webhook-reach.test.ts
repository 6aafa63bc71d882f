import assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { NetworkPolicyEvaluator, type Endpoint } from "../../support/network-policy-evaluator";
import { chartNames } from "../../../local/engines/charts";
import { ofKind, requireCharts, type Installation } from "./installation";
import { podsBehind, tryFindPodPort, tryFindService } from "./services";

interface ClientConfig {
  readonly service?: { readonly name: string; readonly namespace: string; readonly port?: number };
}

interface Call {
  readonly webhook: string;
  readonly pod?: Endpoint;
  readonly port?: number;
}

const apiServer: Endpoint = { name: "API server", v4: "10.0.0.10", v6: "fd00::10" };

/** The calls that the API server makes for the webhooks of the charts. */
function callsOf(installation: Installation): readonly Call[] {
  const kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
  return ofKind(installation.objects, ...kinds).flatMap(({ metadata, webhooks }) =>
    (webhooks as readonly { name: string; clientConfig: ClientConfig }[]).map(({ name, clientConfig }) => {
      const called = { webhook: `${metadata.name} ${name}` };
      const { service } = clientConfig;
      const found = service && tryFindService(installation, service.namespace, service.name);
      const [pod] = found === undefined ? [] : podsBehind(installation, found);
      if (found === undefined || pod === undefined) return called;
      const { namespace, labels } = pod;
      const endpoint: Endpoint = { name: pod.owner, v4: "10.244.0.7", v6: "fd70::7", pod: { namespace, labels } };
      return { ...called, pod: endpoint, port: tryFindPodPort(found, service?.port ?? 443, pod) };
    }),
  );
}

describe("the API server's way to the webhooks of the charts", () => {
  it("leads through a Service to a port of a pod, and no network policy closes it", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    let closed = 0;
    for (const installation of installations) {
      const policies = ofKind(installation.own, "NetworkPolicy") as unknown as readonly Manifest[];
      const evaluator = new NetworkPolicyEvaluator({ policies, namespaces: {}, reading: "translated" });
      const calls = callsOf(installation);
      assert.ok(calls.length > 0);
      for (const { webhook, pod, port } of calls) {
        const title = `${installation.variant.title}: ${webhook}`;
        assert.ok(pod !== undefined && port !== undefined, `${title} leads nowhere`);
        const packet = { from: apiServer, to: pod, family: "v4", protocol: "TCP", port } as const;
        assert.ok(evaluator.opens("ingress", packet), `${title} is closed at port ${port}`);
        if (!evaluator.opens("ingress", { ...packet, port: port + 1 })) closed += 1;
      }
    }
    assert.ok(closed > 0, "no variant has network policies around a webhook");
  });
});
