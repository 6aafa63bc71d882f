import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { findService, ingressGateway, overlayPods, serviceNames, storeNames } from "../../../access/platform/services";
import { workloadRole } from "../../../access/answers/overlay-policies";
import type { Packet } from "../../support/network-policy-evaluator";
import type { Place } from "../../support/network-policy-world";
import { permittedCases, type MeshCase } from "../mesh/cases";
import { Draw } from "../mesh/draw";
import { createWorkloads } from "../mesh/workloads";

/** A test of another layer that has to pass under the policies, and the packets that it takes. */
export interface Journey {
  readonly layer: "mesh" | "ingress" | "overlay";
  readonly title: string;
  readonly packets: readonly Packet[];
}

type Port = readonly [protocol: "TCP" | "UDP", port: number];

const families = ["v4", "v6"] as const;
const istiodPorts = { proxies: 15012, webhooks: 15017 };

/**
 * What the tests of mesh, ingress and overlay do, as journeys through one installation. They come from the tables of
 * those tests (permitted calls, public hosts, policies of the overlay), never from the flow table that is on trial.
 */
export class Journeys {
  private readonly platform: string;

  constructor(
    private readonly model: Model,
    private readonly places: readonly Place[],
  ) {
    this.platform = model.options.namespaces.platform;
  }

  /** All of them; none twice. */
  all(): readonly Journey[] {
    return [...this.mesh(), ...this.ingress(), ...this.overlay()];
  }

  private mesh(): Journey[] {
    const served = serviceNames.filter((name) => findService(name).ports.length > 0);
    const workloads = createWorkloads([...served, ...storeNames], this.model);
    const requests = permittedCases(this.model, workloads, new Draw(1)).map((request): Journey => {
      const { callee, caller, port, path = "" } = request;
      const title = `${caller.principal} calls ${callee.name}:${port}${path}`;
      return {
        layer: "mesh",
        title,
        packets: this.way(this.callerOf(request), this.named(callee.name), ["TCP", port]),
      };
    });
    const istiod = this.named("istiod");
    const proxies = [...this.inPlatform(), this.named("ingress-gateway")].map((proxy): Journey => {
      const packets = [...this.way(proxy, istiod, ["TCP", istiodPorts.proxies]), ...this.resolve(proxy)];
      return { layer: "mesh", title: `the proxy of ${proxy.name} gets its certificate`, packets };
    });
    const webhook = this.way(this.named("api-server"), istiod, ["TCP", istiodPorts.webhooks]);
    return [...requests, ...proxies, { layer: "mesh", title: "a sidecar is injected", packets: webhook }];
  }

  private ingress(): Journey[] {
    const { exposures, options } = this.model;
    const { redirectHttp, port } = options.ingress;
    const gateway = this.named("ingress-gateway");
    const publicPorts = [port, ...(redirectHttp ? [ingressGateway.httpPort] : [])];
    const enter = publicPorts.flatMap((own) => this.way(this.named("internet"), gateway, ["TCP", own]));
    const routes = exposures.flatMap(({ host, routes: own }) => own.map((route) => ({ host, ...route })));
    const behind = routes.map(({ host, match, backend, port: backendPort }): Journey => {
      const packets = [...enter, ...this.way(gateway, this.named(backend), ["TCP", backendPort])];
      return { layer: "ingress", title: `a browser opens ${host}${match.path}`, packets };
    });
    const through = passthroughHosts(options).map(({ host, service }): Journey => {
      const packets = [...enter, ...this.ziti(service).flatMap(([pod, own]) => this.way(gateway, pod, ["TCP", own]))];
      return { layer: "ingress", title: `a device signs in through ${host}`, packets };
    });
    return [...behind, ...through];
  }

  private overlay(): Journey[] {
    const { controller, router } = overlayPods;
    const doors = [controller, router].flatMap(({ publicService }) => this.ziti(publicService));
    const members = this.model.overlay.policies.flatMap(({ name, type, identityRoles }) =>
      identityRoles.flatMap((role) => this.holdersOf(role).map((pod) => ({ name, type, role, pod }))),
    );
    const uses = members.map(({ name, type, role, pod }): Journey => {
      const packets = [...this.resolve(pod), ...doors.flatMap(([door, port]) => this.way(pod, door, ["TCP", port]))];
      return { layer: "overlay", title: `${pod.name} as #${role} ${type.toLowerCase()}s by ${name}`, packets };
    });
    const signIn = this.ziti(controller.publicService);
    const routers = this.ziti(router.publicService).map(([from]): Journey => {
      const packets = signIn.flatMap(([to, port]) => this.way(from, to, ["TCP", port]));
      return { layer: "overlay", title: `${from.name} connects to its controllers`, packets };
    });
    const manager = this.named("ziti-management");
    const managed = this.way(manager, this.named("ziti-controller"), ["TCP", controller.managementPort]);
    return [...uses, ...routers, { layer: "overlay", title: "Ziti Management makes an identity", packets: managed }];
  }

  // Roles that no pod of the installation holds come from outside, through the ingress, as devices do.
  private holdersOf(role: string): readonly Place[] {
    if (role === "agents")
      return this.places.filter(({ pod }) => pod?.namespace === this.model.options.namespaces.workloads);
    return serviceNames.filter((name) => workloadRole(name) === role).map((name) => this.named(name));
  }

  /** Every pod behind a Service of the overlay, and its pod port. */
  private ziti(service: string): readonly (readonly [Place, number])[] {
    const { controller, router } = overlayPods;
    const isRouter = service === router.publicService;
    if (!isRouter && service !== controller.publicService) throw new Error(`no pods are known behind ${service}`);
    const name = isRouter ? "ziti-router" : "ziti-controller";
    const port = isRouter ? router.edgePort : controller.clientPort;
    return [name, `${name}-2`].map((each) => [this.named(each), port] as const);
  }

  private resolve(client: Place): readonly Packet[] {
    const resolvers = [this.named("kube-dns"), this.named("node-local-dns")];
    const ports: readonly Port[] = [
      ["UDP", 53],
      ["TCP", 53],
    ];
    const all = resolvers.flatMap((to) => ports.flatMap((port) => this.way(client, to, port)));
    // The cache on a node is one address of one family.
    return all.filter(({ to, family }) => to !== resolvers[1] || family === "v4");
  }

  /** The packets of one connection: over both families, to the pod and, where its Service has the port, to that. */
  private way(from: Place, to: Place, [protocol, port]: Port): readonly Packet[] {
    if (!to.listens.some((own) => own.port === port && own.protocol === protocol)) {
      throw new Error(`nothing listens on ${to.name} ${protocol}/${port}`);
    }
    const isServed = protocol === "TCP" && to.service?.targetPort === port;
    return families.flatMap((family) => {
      const direct = { from, to, family, protocol, port };
      return isServed ? [direct, { ...direct, dialed: to.service?.[family] }] : [direct];
    });
  }

  private callerOf({ caller }: MeshCase): Place {
    const [, , namespace, , account = ""] = (caller.principal ?? "").split("/");
    if (namespace === this.model.options.namespaces.ingress) return this.named("ingress-gateway");
    if (namespace === this.platform) {
      return this.named(this.model.services.find(({ serviceAccount }) => serviceAccount === account)?.name ?? account);
    }
    return this.find((place) => place.pod?.namespace === namespace, `a pod of ${namespace}`);
  }

  private inPlatform(): readonly Place[] {
    return this.places.filter(({ pod }) => pod?.namespace === this.platform);
  }

  private named(name: string): Place {
    return this.find((place) => place.name === name, name);
  }

  private find(isWanted: (place: Place) => boolean, wanted: string): Place {
    const found = this.places.find(isWanted);
    if (found === undefined) throw new Error(`the lab has no place for ${wanted}`);
    return found;
  }
}
