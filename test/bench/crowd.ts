import { ControllerClient } from "../../openziti/client/client";
import type { ContractTarget } from "../support/contract-api";

/** Objects of others. */
export interface Crowd {
  readonly services: number;
  readonly policies: number;
}

/** What a big installation has. */
export const fullCrowd: Crowd = { services: 5_000, policies: 20_000 };

/**
 * A fifth of that. The real controller (2.0.3) holds each new service against every policy and each new policy against
 * every service, one after the other: the full crowd (`AGYN_BENCH_CROWD=full`) takes it 13 minutes, this one half a minute.
 */
export const fifthOfCrowd: Crowd = { services: 1_000, policies: 4_000 };

const atOnce = 8;
const tags = { "agyn-managed-by": "others" };

/** Puts services and service policies of others into a controller, through its API. Returns the seconds that took. */
export async function fillController({ url, ca, username, password }: ContractTarget, crowd: Crowd): Promise<number> {
  const client = new ControllerClient({ urls: [url], ca }, { method: "password", username, password });
  const started = performance.now();
  try {
    await createMany(client, "service-policies", crowd.policies, (index) => {
      const roles = { identityRoles: [`#owner-${index}`], serviceRoles: [`#exposed-${index % crowd.services}`] };
      return { name: `exposed-policy-${index}`, semantic: "AnyOf", type: index % 2 ? "Dial" : "Bind", ...roles, tags };
    });
    await createMany(client, "services", crowd.services, (index) => {
      return { name: `exposed-${index}`, roleAttributes: [`exposed-${index}`], encryptionRequired: true, tags };
    });
    return (performance.now() - started) / 1000;
  } finally {
    await client.close();
  }
}

type Body = Parameters<ControllerClient["create"]>[1];

async function createMany(
  client: ControllerClient,
  collection: string,
  count: number,
  body: (index: number) => Body,
): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: atOnce }, async () => {
    for (let index = next++; index < count; index = next++) await client.create(collection, body(index));
  });
  await Promise.all(workers);
}
