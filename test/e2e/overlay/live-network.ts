import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildModel } from "../../../access/model/model";
import { ControllerClient } from "../../../openziti/client/client";
import { Engine, type Stored } from "../../../openziti/engine";
import { type RunningServer, startServer } from "../../../openziti/server";
import { optionsWith } from "../../access/options";
import { createOverlayNetwork } from "../../support/overlay-network";
import { ownTags } from "../../support/provider-inputs";
import { ProviderRpc, secret, urnOf } from "../../support/provider-rpc";
import { type RealController, startRealController } from "../../support/real-controller";
import { enroll, type TunnelerSite } from "./tunneler";

type Plain = Record<string, unknown>;

/** An object the provider manages: its kind, and what Pulumi's state has of it. */
export interface Managed {
  readonly kind: string;
  readonly id: string;
  readonly inputs: Plain;
  readonly state: Plain;
}

/** An enrolled identity of the provider: the object, and the file a tunneler takes. */
export interface Enrolled extends Managed {
  readonly identityFile: string;
}

const stackName = ownTags["agyn-stack"];
const routerSeconds = 60;

/**
 * The static overlay on a real controller with a router, and the provider as a running process of Pulumi has it. What a
 * quickstart grants everybody by itself is removed: the program's own router grants have to do.
 */
export class LiveNetwork {
  private constructor(
    readonly controller: RealController,
    /** A second way to look and to do what Ziti Management does at run time. */
    readonly administrator: ControllerClient,
    readonly site: TunnelerSite,
    private readonly server: RunningServer,
    private readonly rpc: ProviderRpc,
  ) {}

  static async start(ziti: string): Promise<LiveNetwork> {
    const controller = await startRealController(ziti, { withRouter: true });
    const { url, ca, username, password } = controller;
    const administrator = new ControllerClient({ urls: [url], ca }, { method: "password", username, password });
    const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-traffic-"));
    const server = await startServer();
    const rpc = new ProviderRpc(server.port);
    await rpc.configure({ url, ca, username, password: secret(password), stack: stackName });
    const network = new LiveNetwork(controller, administrator, { ziti, folder }, server, rpc);
    await network.prepare();
    return network;
  }

  /** Installs the static objects; the services' backends are on this machine instead of in a cluster. */
  async install(backends: Readonly<Record<string, number>>): Promise<readonly Stored[]> {
    const model = buildModel(optionsWith());
    const services = model.overlay.services.map((service) => {
      return { ...service, host: { address: "127.0.0.1", port: backends[service.name] ?? 1 } };
    });
    const pause = (ms: number) => sleep(ms);
    const engine = new Engine(this.administrator, { adopt: false, ownTags, pause, now: Date.now });
    return createOverlayNetwork(engine, { ...model, overlay: { ...model.overlay, services } });
  }

  /** Makes an identity through the provider and enrolls it with the token the provider gives. */
  async enroll(name: string, roleAttributes: readonly string[]): Promise<Enrolled> {
    const given = { name, roleAttributes, enrollment: { ott: true } };
    const { inputs, failures } = await this.rpc.check(urnOf("Identity", name), given);
    assert.deepEqual(failures, []);
    const { id, properties } = await this.rpc.create(urnOf("Identity", name), inputs);
    const { value } = properties["enrollmentJwt"] as { value: string };
    const identityFile = await enroll(this.site, name, value);
    return { kind: "Identity", id, inputs, state: properties, identityFile };
  }

  /** Changes an object through the provider, as an `up` does. */
  async update(object: Managed, changes: Plain): Promise<Managed> {
    const urn = urnOf(object.kind, String(object.inputs["name"]));
    const news = { ...object.inputs, ...changes };
    const { hasChanges, replaces } = await this.rpc.diff(urn, object.id, object.inputs, news, object.state);
    assert.deepEqual([hasChanges, replaces], [true, []], "the change is made in place");
    const state = await this.rpc.update(urn, object.id, object.inputs, news, object.state);
    return { ...object, inputs: news, state };
  }

  /** Ends everything and deletes the keys. */
  async stop(): Promise<void> {
    this.rpc.close();
    await this.server.stop();
    await this.administrator.close();
    await this.controller.stop();
    rmSync(this.site.folder, { recursive: true, force: true });
  }

  private async prepare(): Promise<void> {
    const isOnline = async () => (await this.administrator.list("edge-routers")).some((router) => router["isOnline"]);
    for (const end = Date.now() + routerSeconds * 1000; !(await isOnline()); await sleep(250)) {
      assert.ok(Date.now() < end, `the router is not online after ${routerSeconds} s`);
    }
    for (const collection of ["edge-router-policies", "service-edge-router-policies"]) {
      const grants = (await this.administrator.list(collection)).filter(({ isSystem }) => isSystem !== true);
      await Promise.all(grants.map(({ id }) => this.administrator.remove(collection, id)));
    }
  }
}
