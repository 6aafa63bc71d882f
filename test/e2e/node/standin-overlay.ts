import { setTimeout as sleep } from "node:timers/promises";
import { passthroughHosts } from "../../../access/model/exposure";
import { loadStack } from "../../../cli/shared/offline/stack";
import { readOverlayAccess, type OverlayAccess } from "../../../cli/verify/read-overlay";
import { ApiServer, loadKubeConfig } from "../../../kubernetes/api-server";
import { ControllerClient } from "../../../openziti/client/client";
import { enroll } from "../../../openziti/client/enrollment";
import { equals, tagged } from "../../../openziti/client/filter";
import { createCertificateRequest, createPrivateKey } from "../../../openziti/client/key-pair";
import type { KubernetesObject, Tunnelers } from "../../support/platform-standin/objects";
import {
  hostedServices,
  hostsKey,
  identityKey,
  identitySecretOf,
  renderHosts,
  type HostedService,
} from "../../support/platform-standin/overlay";
import type { DialSurroundings } from "../../support/platform-standin/way";
import { mark, type Workload } from "../../support/platform-standin/workloads";

/** What is made here carries it, and nothing else does. */
const tags = { "agyn-standin": "platform" } as const;
// In this order, since one refers to the other.
const collections = ["identities", "services", "configs"] as const;
const readLimit = 60_000;
const hostedLimit = 120_000;

/** Where the overlay's objects are made, and how pods get there. */
export interface OverlayPlace {
  /** Name or file of the stack. */
  readonly stack: string;
  readonly kubeconfig: string;
  /** Image whose entry point is `ziti`. */
  readonly image: string;
  /** Address of the ingress gateway, through which devices come. */
  readonly ingress: string;
}

interface OneTime {
  readonly enrollment?: { readonly ott?: { readonly jwt: string } };
}

/**
 * The overlay's part of the stand-in platform. It does what Ziti Management does at run time, with its credential: it
 * registers a service for a runner, an app and an egress rule, and an identity with the role of each workload.
 */
export class StandinOverlay {
  private readonly ids = new Map<string, string>();
  private readonly secrets: KubernetesObject[] = [];

  private constructor(
    private readonly client: ControllerClient,
    private readonly ca: string,
    private readonly place: OverlayPlace,
    private readonly model: ReturnType<typeof loadStack>["model"],
    private readonly services: readonly HostedService[],
  ) {}

  /** Registers everything. Throws when the controller cannot be reached, or refuses something. */
  static async register(place: OverlayPlace, workloads: readonly Workload[]): Promise<StandinOverlay> {
    const { settings, model } = loadStack(place.stack);
    const { kubeconfig } = place;
    const api = new ApiServer(await loadKubeConfig({ file: kubeconfig }), AbortSignal.timeout(readLimit));
    const access = await readOverlayAccess(api, model, settings, { kubeconfig });
    if (!("value" in access)) throw new Error(`the overlay's credential: ${JSON.stringify(access)}`);
    const { cluster, credential }: OverlayAccess = access.value;
    const client = new ControllerClient(cluster, credential);
    const overlay = new StandinOverlay(client, cluster.ca ?? "", place, model, hostedServices(model));
    try {
      await overlay.clear(); // what a run left that was killed
      await overlay.registerServices();
      for (const workload of workloads.filter(({ role }) => role !== undefined))
        await overlay.registerIdentity(workload);
    } catch (error) {
      await overlay.remove();
      throw error;
    }
    return overlay;
  }

  /** The Secrets with the identities. */
  get objects(): readonly KubernetesObject[] {
    return this.secrets;
  }

  /** How pods get onto the overlay. */
  get tunnelers(): Tunnelers {
    const names = passthroughHosts(this.model.options).map(({ host }) => host);
    const { image, ingress } = this.place;
    return { image, services: this.services, outside: { address: ingress.replace(/:\d+$/, ""), names } };
  }

  /** What dials need to know. */
  get surroundings(): DialSurroundings {
    const { controller, ingress } = this.model.options;
    const clientApi = `https://${controller.advertisedHost}:${ingress.port}/edge/client/v1/services`;
    return { services: this.services, ids: this.ids, clientApi };
  }

  /** Waits until every service has a host. Throws with those that have none. */
  async hosted(): Promise<void> {
    for (const end = Date.now() + hostedLimit; ; await sleep(1_000)) {
      const terminators = await this.client.list("terminators");
      const hosted = new Set(terminators.map(({ serviceId }) => serviceId));
      const missing = this.services.filter(({ name }) => !hosted.has(this.ids.get(name)));
      if (missing.length === 0) return;
      if (Date.now() > end) {
        const names = missing.map(({ name, hosts }) => `${name} (${hosts.join(", ")})`);
        throw new Error(`nothing hosts ${names.join("; ")} after ${hostedLimit / 1000} s`);
      }
    }
  }

  /** Takes everything away again, and ends the session. */
  async remove(): Promise<void> {
    try {
      await this.clear();
    } finally {
      await this.client.close();
    }
  }

  private async clear(): Promise<void> {
    for (const collection of collections) {
      for (const { id } of await this.client.list(collection, tagged(tags))) await this.client.remove(collection, id);
    }
  }

  private async registerServices(): Promise<void> {
    const [type] = await this.client.list("config-types", equals("name", "host.v1"));
    for (const { name, role, backend } of this.services) {
      const id = role === undefined ? await this.findService(name) : undefined;
      this.ids.set(name, id ?? (await this.createService(name, role ?? "", backend.port, type?.id ?? "")));
    }
  }

  private async findService(name: string): Promise<string> {
    const found = await this.client.tryFind("services", { name });
    if (found === undefined) throw new Error(`the controller has no service "${name}": is the stack installed?`);
    return found.id;
  }

  private async createService(name: string, role: string, port: number, configTypeId: string): Promise<string> {
    const data = { protocol: "tcp", address: "127.0.0.1", port };
    const config = await this.client.create("configs", { name: `${name}-host`, configTypeId, data, tags });
    const body = { name, roleAttributes: [role], encryptionRequired: true, configs: [config], tags };
    return this.client.create("services", body);
  }

  private async registerIdentity({ name: workload, namespace, role }: Workload): Promise<void> {
    const name = `standin-${workload}`;
    const body = {
      name,
      type: "Default",
      isAdmin: false,
      roleAttributes: role ? [role] : [],
      enrollment: { ott: true },
      tags,
    };
    const id = await this.client.create("identities", body);
    const entity = (await this.client.tryGet("identities", id)) as OneTime | undefined;
    const token = entity?.enrollment?.ott?.jwt;
    if (token === undefined) throw new Error(`the controller shows no enrollment token of ${name}`);
    const key = await createPrivateKey();
    const cert = await enroll(this.client.endpoints(), token, await createCertificateRequest(key, name));
    const { controller, ingress } = this.model.options;
    const identity = {
      ztAPI: `https://${controller.advertisedHost}:${ingress.port}/edge/client/v1`,
      id: { key: `pem:${key}`, cert: `pem:${cert}`, ca: `pem:${this.ca}` },
    };
    const stringData = { [identityKey]: JSON.stringify(identity), [hostsKey]: renderHosts(this.model, workload) };
    const metadata = { name: identitySecretOf(workload), namespace, labels: mark };
    this.secrets.push({ apiVersion: "v1", kind: "Secret", metadata, stringData });
  }
}
