import assert from "node:assert/strict";
import { parse } from "yaml";
import { controllersOf, type ControllerNode, type Listener } from "./controller-config";
import { ofKind, requireCharts, type Installation } from "./installation";
import { podsBehind, tryFindPodPort, tryFindService } from "./services";

interface Dial {
  readonly who: string;
  /** `host:port` */
  readonly address: string;
  readonly to: (node: ControllerNode) => readonly Listener[];
}

const control = ({ control: listener }: ControllerNode): readonly Listener[] => [listener];
const web = (node: ControllerNode): readonly Listener[] => node.web;

interface RouterConfig {
  readonly ctrl: { readonly endpoint: string };
  readonly link: { readonly listeners?: readonly { readonly advertise: string }[] };
  readonly listeners: readonly { readonly options: { readonly advertise?: string } }[];
  readonly edge: { readonly csr: { readonly sans: { readonly dns: readonly string[] } } };
}

function routerOf(installation: Installation): RouterConfig {
  const config = ofKind(installation.objects, "ConfigMap").find(
    ({ metadata }) => metadata.name === "ziti-router-config",
  );
  return parse((config!.data as Record<string, string>)["ziti-router.yaml"]!) as RouterConfig;
}

const withoutScheme = (address: string): string => address.replace(/^\w+:(\/\/)?/, "");

/** Everything that is dialed inside of the cluster, by what the rendered configurations and the program's own objects say. */
function dialsOf(installation: Installation, nodes: readonly ControllerNode[]): readonly Dial[] {
  const urls = installation.run.registrations.flatMap(({ name, inputs }) =>
    [...JSON.stringify(inputs).matchAll(/https:\/\/(ziti-controller[\w.-]*:\d+)/g)].map(([, address = ""]) => ({
      ...{ who: name, address, to: web },
    })),
  );
  assert.ok(urls.length >= 2, "the provider, and the credentials of Ziti Management");
  return [
    { who: "the router", address: withoutScheme(routerOf(installation).ctrl.endpoint), to: control },
    ...nodes.flatMap(({ release: { name }, joins, enrollment, control: { advertised } }) => [
      ...(joins === undefined ? [] : [{ who: `${name}, which joins`, address: joins, to: control }]),
      { who: `routers that ${name} tells its address`, address: advertised, to: control },
      { who: `whoever enrolls at ${name}`, address: enrollment, to: web },
    ]),
    ...urls,
  ];
}

/** The listeners behind an address: a Service leads to a pod's port, a public name to the node that advertises it. */
function listenersAt({ address, to }: Dial, installation: Installation, nodes: readonly ControllerNode[]) {
  const [host = "", port = ""] = address.split(":");
  const [name = ""] = host.split(".");
  const namespace = nodes[0]!.release.namespace;
  const service = tryFindService(installation, namespace, name);
  if (service === undefined || (host.split(".").length > 1 && host.split(".")[1] !== namespace)) {
    return nodes.flatMap(to).filter(({ advertised }) => advertised === address);
  }
  const [pod] = podsBehind(installation, service);
  const podPort = pod && tryFindPodPort(service, Number(port), pod);
  const node = nodes.find(({ release }) => pod?.owner === `Deployment ${release.name}`);
  return node === undefined ? [] : to(node).filter((listener) => listener.port === podPort);
}

function isNamed({ dnsNames }: Listener, host: string): boolean {
  return dnsNames.includes(host) || dnsNames.includes(host.replace(/^[^.]+/, "*"));
}

describe("the certificates of the overlay", () => {
  it("have every name under which something dials the listener behind them", async function () {
    const { installations } = await requireCharts(this, "ziti-controller", "ziti-router");
    for (const installation of installations.filter(({ variant }) => variant.stack === "dev")) {
      const nodes = controllersOf(installation);
      const wrong = dialsOf(installation, nodes).flatMap((dial) => {
        const listeners = listenersAt(dial, installation, nodes);
        const host = dial.address.split(":")[0]!;
        if (listeners.length === 0) return [`${dial.who}: nothing listens at ${dial.address}`];
        const strangers = listeners.filter((listener) => !isNamed(listener, host));
        return strangers.map(
          ({ name, dnsNames }) => `${dial.who}: ${host} is none of ${dnsNames.join(", ")} (${name})`,
        );
      });
      assert.deepEqual(wrong, [], installation.variant.title);
    }
  });

  it("have the names that each listener advertises", async function () {
    const { installations } = await requireCharts(this, "ziti-controller");
    for (const installation of installations.filter(({ variant }) => variant.stack === "dev")) {
      for (const node of controllersOf(installation)) {
        for (const listener of [node.control, ...node.web]) {
          const host = listener.advertised.split(":")[0]!;
          assert.ok(isNamed(listener, host), `${node.release.name} ${listener.name}: ${listener.advertised}`);
        }
      }
    }
  });

  it("have, once the router has asked for its own, the names that it advertises", async function () {
    const { installations } = await requireCharts(this, "ziti-router");
    for (const installation of installations.filter(({ variant }) => variant.stack === "dev")) {
      const { link, listeners, edge } = routerOf(installation);
      const advertised = [
        ...(link.listeners ?? []).map(({ advertise }) => advertise),
        ...listeners.flatMap(({ options }) => options.advertise ?? []),
      ];
      assert.ok(advertised.length > 0);
      const hosts = advertised.map((address) => withoutScheme(address).split(":")[0]!);
      for (const host of hosts)
        assert.ok(edge.csr.sans.dns.includes(host), `${host} in ${edge.csr.sans.dns.join(", ")}`);
    }
  });
});
