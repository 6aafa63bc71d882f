/** A whole installation that tests look at and disturb: cluster, overlay, DNS and the ingress's TLS. */
import * as tls from "node:tls";
import type { AddressInfo } from "node:net";
import { loadModel } from "../../../config/model";
import type { Model } from "../../../access/model/model";
import type { Settings } from "../../../config/settings";
import type { ControllerDouble } from "../../../local/doubles/controller/controller-double";
import { ControllerClient } from "../../../openziti/client/client";
import { publicNames } from "../../../cli/verify/checks/reachability";
import { DnsDouble } from "../dns-double";
import { createTestAuthority, type PublicCertificate, type TestAuthority } from "./certificates";
import { certificateSecret, ingressAddress, pathOf, surroundingObjects, type ClusterObject } from "./objects";
import { overlayIdentities, runnerServices } from "./overlay";

/** The few calls to an API server that a disturbance needs. */
export interface ClusterStore {
  tryGet(path: string): Promise<ClusterObject | undefined>;
  /** Creates or replaces, with its status. */
  put(path: string, object: ClusterObject): Promise<void>;
  remove(path: string): Promise<void>;
}

type Undo = () => Promise<void>;

/** The installation. Every disturbance is undone by `heal`, last first. */
export class World {
  readonly model: Model;
  readonly dns = new DnsDouble();
  private server?: tls.Server;
  private authority?: TestAuthority;
  private certificate?: PublicCertificate;
  private undo: Undo[] = [];

  constructor(
    readonly settings: Settings,
    readonly cluster: ClusterStore,
    readonly controller: ControllerDouble,
    readonly client: ControllerClient,
  ) {
    this.model = loadModel(settings);
  }

  /** Adds what a healthy installation has besides the program's objects. Returns where DNS and ingress answer. */
  async start(): Promise<{ readonly dns: string; readonly address: string }> {
    const hosts = this.model.exposures.map(({ host }) => host);
    this.authority = await createTestAuthority();
    this.certificate = await this.authority.issue(hosts, 90);
    for (const object of surroundingObjects(this.model, this.certificate)) {
      const path = pathOf(object);
      if ((await this.cluster.tryGet(path)) === undefined) await this.cluster.put(path, object);
    }
    await this.populate();
    for (const name of publicNames(this.model)) this.dns.records.set(name, [ingressAddress]);
    return { dns: await this.dns.start(), address: await this.serve(this.certificate) };
  }

  async stop(): Promise<void> {
    this.server?.close();
    await this.dns.stop();
    await this.client.close();
  }

  /** Undoes every disturbance. */
  async heal(): Promise<void> {
    for (const undo of this.undo.reverse()) await undo();
    this.undo = [];
  }

  async add(object: ClusterObject): Promise<void> {
    const path = pathOf(object);
    await this.cluster.put(path, object);
    this.undo.push(() => this.cluster.remove(path));
  }

  async change(path: string, edit: (object: ClusterObject) => ClusterObject): Promise<void> {
    const before = await this.cluster.tryGet(path);
    if (before === undefined) throw new Error(`nothing to change at ${path}`);
    await this.cluster.put(path, edit(structuredClone(before)));
    this.undo.push(() => this.cluster.put(path, before));
  }

  async remove(path: string): Promise<void> {
    const before = await this.cluster.tryGet(path);
    if (before === undefined) throw new Error(`nothing to remove at ${path}`);
    await this.cluster.remove(path);
    this.undo.push(() => this.cluster.put(path, before));
  }

  /** Changes fields of an overlay object. */
  async changeOverlay(collection: string, name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const before = await this.overlayObject(collection, name);
    const earlier = Object.fromEntries(Object.keys(fields).map((field) => [field, before[field] ?? []]));
    await this.client.patch(collection, before.id, fields);
    this.undo.push(() => this.client.patch(collection, before.id, earlier));
  }

  /** Adds an overlay object; returns its id. */
  async addOverlay(
    collection: string,
    body: { readonly name: string; readonly [field: string]: unknown },
  ): Promise<string> {
    const id = await this.client.create(collection, { tags: {}, ...body });
    this.undo.push(() => this.client.remove(collection, id));
    return id;
  }

  /** Removes an overlay object; healing makes it anew from the fields named. */
  async removeOverlay(collection: string, name: string, fields: readonly string[]): Promise<void> {
    const before = await this.overlayObject(collection, name);
    await this.client.remove(collection, before.id);
    const kept = Object.fromEntries(fields.map((field) => [field, before[field] ?? []]));
    this.undo.push(async () => void (await this.client.create(collection, { name, tags: {}, ...kept })));
  }

  /** Ends the hosting of a service. */
  async unhost(name: string): Promise<void> {
    const { id } = await this.overlayObject("services", name);
    const all = await this.client.list("terminators");
    for (const terminator of all.filter(({ serviceId }) => serviceId === id)) {
      await this.client.remove("terminators", terminator.id);
      this.undo.push(() =>
        Promise.resolve(void this.controller.host(id, String(terminator.hostId), String(terminator.routerId))),
      );
    }
  }

  /** Hosts a service by an identity of that name. */
  async host(service: string, identity: string): Promise<void> {
    const { id } = await this.overlayObject("services", service);
    const host = await this.overlayObject("identities", identity);
    const router = await this.overlayObject("edge-routers", "router-a");
    const terminator = this.controller.host(id, host.id, router.id);
    this.undo.push(() => this.client.remove("terminators", terminator));
  }

  async disconnectRouter(name: string): Promise<void> {
    const { id } = await this.overlayObject("edge-routers", name);
    this.controller.disconnectRouter(id);
    this.undo.push(() => Promise.resolve(this.controller.verifyRouter(id)));
  }

  /** Other addresses of a public name; none: it does not exist. */
  redirect(name: string, addresses: readonly string[]): Promise<void> {
    const before = this.dns.records.get(name) ?? [];
    if (addresses.length === 0) this.dns.records.delete(name);
    else this.dns.records.set(name, addresses);
    this.undo.push(() => Promise.resolve(void this.dns.records.set(name, before)));
    return Promise.resolve();
  }

  /** Another public certificate in its Secret, of the same authority. */
  async storeCertificate(hosts: readonly string[], days: number): Promise<void> {
    const other = await this.started(this.authority).issue(hosts, days);
    const path = pathOf(certificateSecret(this.model, other));
    await this.change(path, (secret) => ({ ...secret, data: certificateSecret(this.model, other).data }));
  }

  /** Another public certificate on the ingress, of the same authority or of a strange one. */
  async serveCertificate(hosts: readonly string[], days: number, isStrange = false): Promise<void> {
    const { chain, key } = this.started(this.certificate);
    const authority = isStrange ? await createTestAuthority() : this.started(this.authority);
    const other = await authority.issue(hosts, days);
    this.server?.setSecureContext({ cert: other.chain, key: other.key });
    this.undo.push(() => Promise.resolve(this.server?.setSecureContext({ cert: chain, key })));
  }

  private started<T>(part: T | undefined): T {
    if (part === undefined) throw new Error("the installation has not started");
    return part;
  }

  private async overlayObject(collection: string, name: string) {
    const found = await this.client.tryFind(collection, { name });
    if (found === undefined) throw new Error(`the controller has no ${name} among its ${collection}`);
    return found;
  }

  private async serve({ chain, key }: PublicCertificate): Promise<string> {
    const server = tls.createServer({ cert: chain, key }, (socket) => socket.on("error", () => undefined).end());
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  private async populate(): Promise<void> {
    const router = await this.client.create("edge-routers", { name: "router-a", tags: {}, roleAttributes: ["public"] });
    this.controller.verifyRouter(router);
    for (const name of runnerServices) {
      await this.client.create("services", {
        name,
        tags: {},
        encryptionRequired: true,
        roleAttributes: ["runner-services"],
      });
    }
    for (const { name, roles, hosts } of overlayIdentities) {
      const fields = { type: "Default", isAdmin: false, roleAttributes: roles };
      const identity = await this.client.create("identities", { name, tags: {}, ...fields });
      for (const service of hosts) {
        const { id } = await this.overlayObject("services", service);
        this.controller.host(id, identity, router);
      }
    }
  }
}
