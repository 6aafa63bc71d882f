import type { ControllerClient } from "../client/client";
import { ApiError } from "../client/errors";
import { isList, isRecord, type Properties, textOf } from "../values";
import { patienceMs, type Wait, waitUntil } from "./wait";

interface Member {
  /** Its node name. */
  readonly id: string;
  /** `tls:<host>:<port>` of its control plane, as the others dial it. */
  readonly address: string;
}

/** A controller that answers its administrator, and of a cluster the members that it has to have. */
export const readyController: Wait = {
  name: "ReadyController",
  description:
    "An installed controller whose API answers, and of a cluster: whose members all belong to it and are connected. One that " +
    "did not join by itself is added. It is no object of the controller: it is made by waiting.",
  inputs: {
    members: {
      type: "array",
      items: { type: "object", additionalProperties: { type: "string" } },
      description: "`id` and control-plane `address` of each member of a cluster; none for a single controller.",
    },
    revisions: {
      type: "array",
      items: { type: "integer" },
      description: "Revisions of the installation: another one is waited for anew.",
    },
    look: { type: "string", description: "Command that shows why it is not ready." },
  },
  required: ["look"],
  until: (client, inputs) => {
    const members = membersOf(inputs);
    const seconds = patienceMs / 1000;
    return waitUntil(
      client,
      () => (members.length === 0 ? answers(client) : findMissing(client, members)),
      (missing) =>
        `The controller is installed and not ready after ${seconds} s: ${missing} Look: ${textOf(inputs, "look")}. ` +
        `Running "pulumi up" again goes on from here.`,
    );
  },
};

async function answers(client: ControllerClient): Promise<undefined> {
  await client.ping();
}

// The chart's own join is tried once and never again, so whoever is missing is asked in from here.
async function findMissing(client: ControllerClient, members: readonly Member[]): Promise<string | undefined> {
  const present = await client.listMembers();
  const absent = members.filter(({ id }) => !present.some((member) => member.id === id));
  const reasons: string[] = [];
  for (const { id, address } of absent) {
    const refused = await tryAdd(client, address);
    reasons.push(`${id} is no member of the cluster${refused === undefined ? "" : ` (${refused})`}.`);
  }
  const apart = present.filter(({ id, connected }) => !connected && members.some((member) => member.id === id));
  reasons.push(...apart.map(({ id }) => `${id} is a member and not connected.`));
  return reasons.length === 0 ? undefined : reasons.join(" ");
}

async function tryAdd(client: ControllerClient, address: string): Promise<string | undefined> {
  try {
    await client.addMember(address);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.message; // it does not listen yet, or cannot be reached: said at the end
    throw error;
  }
}

function membersOf({ members }: Properties): readonly Member[] {
  const items = isList(members) ? members : [];
  return items.filter(isRecord).map((member) => ({ id: textOf(member, "id"), address: textOf(member, "address") }));
}
