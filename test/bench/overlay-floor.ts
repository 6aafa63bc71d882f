import { setTimeout as sleep } from "node:timers/promises";
import { buildModel } from "../../access/model/model";
import { ControllerClient } from "../../openziti/client/client";
import { Engine } from "../../openziti/engine";
import { optionsWith } from "../access/options";
import type { ContractTarget } from "../support/contract-api";
import { createOverlayNetwork } from "../support/overlay-network";
import { ownTags } from "../support/provider-inputs";

/** Seconds that the controller needs for the overlay's requests. */
export interface Floor {
  readonly create: number;
  readonly destroy: number;
}

const collections = [
  ...["service-edge-router-policies", "edge-router-policies", "service-policies", "services", "configs"],
];

/** Creates the overlay's objects and deletes them again without Pulumi: what is left of its share is the controller's. */
export async function timeFloor({ url, ca, username, password }: ContractTarget): Promise<Floor> {
  const client = new ControllerClient({ urls: [url], ca }, { method: "password", username, password });
  const pause = (ms: number) => sleep(ms);
  const engine = new Engine(client, { adopt: false, ownTags, pause, now: Date.now });
  try {
    const created = await timed(() => createOverlayNetwork(engine, buildModel(optionsWith())));
    const own = await Promise.all(collections.map((collection) => engine.listOwn(collection)));
    const destroyed = await timed(async () => {
      for (const [index, collection] of collections.entries()) {
        await Promise.all((own[index] ?? []).map(({ id }) => client.remove(collection, id)));
      }
    });
    return { create: created, destroy: destroyed };
  } finally {
    await client.close();
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}
