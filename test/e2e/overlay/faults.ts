import { setTimeout as sleep } from "node:timers/promises";
import { ContractApi } from "../../support/contract-api";
import type { Disturbance } from "../../support/controller-front";
import type { Reply, SeenRequest } from "../../support/provider-https";
import type { Restartable } from "./controllers";

/** Something that happens to a controller, or on the way to it, while the engine works. */
export interface Fault {
  readonly title: string;
  /** What strikes, in this order; what it begins and does not wait for belongs to the list. */
  readonly disturb: (controller: Restartable, begun: Promise<unknown>[]) => readonly Disturbance[];
  /** What the failed run says of it. Without, the run succeeds. */
  readonly says?: RegExp;
  /** Makes good what the fault left behind, before the next run. */
  readonly repair?: (controller: Restartable) => Promise<void>;
}

const collections = ["configs", "services", "service-policies", "edge-router-policies"];
const always = 10_000;

function refusal(status: number, code: string, cause?: string, headers?: Readonly<Record<string, string>>): Reply {
  return { status, headers, json: { error: { code, message: "A message", cause: cause && { message: cause } } } };
}

const busyFor = (seconds: number) =>
  refusal(429, "SERVER_TOO_MANY_REQUESTS", undefined, { "retry-after": `${seconds}` });
const full = refusal(500, "UNHANDLED", "write ctrl.db: no space left on device");

/** The faults, and how an `up` ends in them. */
export const faults: readonly Fault[] = [
  {
    title: "every call takes two seconds",
    disturb: () => [{ times: always, first: () => sleep(2_000) }],
  },
  {
    title: "bursts of 429 ask for a pause",
    disturb: () =>
      collections.flatMap((collection) =>
        ["POST", "GET"].map((method) => ({ method, collection, times: 3, answer: busyFor(1) })),
      ),
  },
  {
    title: "it asks to be left alone for longer than anybody waits",
    disturb: () => [{ method: "POST", collection: "services", times: always, answer: busyFor(600) }],
    says: /Creating .* in services: .*429 SERVER_TOO_MANY_REQUESTS/,
  },
  {
    title: "the session ends in the middle",
    disturb: (controller) => [{ collection: "services", first: (request) => endSession(controller, request) }],
  },
  {
    title: "connections are cut after a POST was accepted",
    disturb: () => collections.map((collection) => ({ method: "POST", collection, times: 2, isCut: true })),
  },
  {
    title: "its disk is full",
    disturb: () => [{ method: "POST", collection: "service-policies", times: always, answer: full }],
    says: /Creating .* in service-policies: .*500 UNHANDLED \(write ctrl\.db: no space left on device\)/,
  },
  {
    title: "it is killed and starts again",
    disturb: (controller, begun) => [
      {
        method: "POST",
        collection: "service-policies",
        first: async () => {
          await controller.kill();
          begun.push(controller.restart());
        },
      },
    ],
  },
  {
    title: "it is killed and stays away",
    disturb: (controller) => [{ method: "POST", collection: "service-policies", first: () => controller.kill() }],
    says: /The OpenZiti controller at https:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONN\w+\)/,
    repair: (controller) => controller.restart(),
  },
];

async function endSession(controller: Restartable, { headers }: SeenRequest): Promise<void> {
  const api = new ContractApi(controller, undefined);
  api.token = String(headers["zt-session"]);
  await api.call("DELETE", "/current-api-session");
}
