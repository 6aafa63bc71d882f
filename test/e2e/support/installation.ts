import assert from "node:assert/strict";
import type { Model } from "../../../access/model/model";
import { loadStack } from "../../../cli/shared/offline/stack";
import { renderAll } from "../../../access/render/render-all";
import type { ControllerDouble } from "../../../local/doubles/controller/controller-double";
import { ControllerClient } from "../../../openziti/client/client";
import { administrator, tlsFixtures } from "../../support/contract-double";
import { LiveStore } from "../../support/installation/live-store";
import { pathOf } from "../../support/installation/objects";
import { World } from "../../support/installation/world";
import type { LocalPlatform } from "./local-platform";

/** Arguments of `agyn-net local` for a platform whose stack uses this controller and closes its namespaces. */
export function settingsFor(controller: ControllerDouble): readonly string[] {
  const settings = {
    "controller.url": controller.url,
    "controller.ca": tlsFixtures.ca,
    "controller.username": administrator.username,
    "controller.password": administrator.password,
    "networkPolicies.enabled": true,
  };
  return Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${JSON.stringify(value)}`]);
}

/** A stack that is up on the local platform, completed by what a healthy installation has besides, and its controller. */
export async function completeInstallation(local: LocalPlatform, controller: ControllerDouble, stack: string) {
  const credential = { method: "password", ...administrator } as const;
  const client = new ControllerClient({ urls: [controller.url], ca: tlsFixtures.ca }, credential);
  const store = new LiveStore((await local.load()).api);
  const world = new World(loadStack(stack).settings, store, controller, client);
  const vantage = await world.start();
  await settleCertificates(store, world.model);
  return { world, vantage };
}

// What cert-manager says of each once it was issued.
async function settleCertificates(store: LiveStore, model: Model): Promise<void> {
  const status = { conditions: [{ type: "Ready", status: "True", reason: "Ready", message: "issued" }] };
  for (const manifest of renderAll(model).manifests.filter(({ kind }) => kind === "Certificate")) {
    const at = pathOf(manifest);
    const certificate = await store.tryGet(at);
    assert.ok(certificate, at);
    await store.put(at, { ...certificate, status });
  }
}
