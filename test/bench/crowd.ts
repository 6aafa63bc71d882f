import { ControllerClient } from "../../openziti/client/client";
import type { ContractTarget } from "../support/contract-api";

/** How many objects of others a crowded controller holds. */
export const crowd = { services: 5_000, policies: 20_000 };

const atOnce = 8;
const tags = { "agyn-managed-by": "others" };

/** Puts services and service policies of others into a controller, through its API. Returns the seconds that took. */
export async function fillController({ url, ca, username, password }: ContractTarget): Promise<number> {
  const client = new ControllerClient({ urls: [url], ca }, { method: "password", username, password });
  const started = performance.now();
  try {
    const services = await createMany(client, "services", crowd.services, (index) => {
      return { name: `exposed-${index}`, roleAttributes: [`exposed-${index % 50}`], encryptionRequired: true, tags };
    });
    await createMany(client, "service-policies", crowd.policies, (index) => {
      const serviceRoles = [`@${services[index % services.length]}`];
      const given = { name: `exposed-policy-${index}`, semantic: "AnyOf", identityRoles: [`#owner-${index}`] };
      return { ...given, type: index % 2 ? "Dial" : "Bind", serviceRoles, tags };
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
): Promise<readonly string[]> {
  const ids: string[] = [];
  let next = 0;
  const workers = Array.from({ length: atOnce }, async () => {
    for (let index = next++; index < count; index = next++) ids[index] = await client.create(collection, body(index));
  });
  await Promise.all(workers);
  return ids;
}
