import assert from "node:assert/strict";
import { buildModel } from "../../access/model/model";
import { ControllerClient } from "../../openziti/client/client";
import { Engine } from "../../openziti/engine";
import { optionsWith } from "../access/options";
import type { ContractTarget } from "./contract-api";
import { createOverlayNetwork, createThrough } from "./overlay-network";
import { ownTags } from "./provider-inputs";

const serviceNames = ["gateway", "llm-proxy", "tracing", "runner-x", "app-x", "exposed-x"] as const;

/** Services that are registered at run time, with the attribute Ziti Management gives them. */
const atRunTime: Readonly<Record<string, readonly string[]>> = {
  "runner-x": ["runner-services"],
  "app-x": ["app-services"],
  "exposed-x": [],
};

/** Who may dial (d) and bind (b) what, as the specification says; "-" is neither. One column per service. */
const matrix: readonly (readonly [identity: string, roles: readonly string[], ...cells: string[]])[] = [
  //                                    gateway  llm-proxy  tracing  runner-x  app-x  exposed-x
  ["agent", ["agents"], /*           */ "d", /**/ "d", /* */ "d", /**/ "-", /* */ "-", "-"],
  ["app", ["apps"], /*               */ "d", /**/ "-", /* */ "-", /**/ "-", /* */ "b", "-"],
  ["device", ["devices"], /*         */ "d", /**/ "-", /* */ "-", /**/ "-", /* */ "-", "-"],
  ["orchestrator", ["orchestrators"], "d", /*  */ "-", /* */ "-", /**/ "d", /* */ "-", "-"],
  ["runner", ["runners"], /*         */ "d", /**/ "-", /* */ "-", /**/ "b", /* */ "-", "-"],
  ["llm-proxy", ["llm-proxy-hosts"], "d", /*   */ "b", /* */ "-", /**/ "-", /* */ "-", "-"],
  ["tracing", ["tracing-hosts"], /*  */ "d", /**/ "-", /* */ "b", /**/ "-", /* */ "-", "-"],
  ["gateway", ["gateway-hosts"], /*  */ "b", /**/ "-", /* */ "-", /**/ "-", /* */ "-", "-"],
  ["no-role", [], /*                 */ "-", /**/ "-", /* */ "-", /**/ "-", /* */ "-", "-"],
  ["other-case", ["Agents"], /*      */ "-", /**/ "-", /* */ "-", /**/ "-", /* */ "-", "-"],
];

/** Declares one test per class of identity: the controller's own policy advice has to be the specification's table. */
export function describePolicyMatrix(target: () => ContractTarget): void {
  let client: ControllerClient;
  let engine: Engine;
  const services = new Map<string, string>();

  before(async () => {
    const { url, ca, username, password } = target();
    client = new ControllerClient({ urls: [url], ca }, { method: "password", username, password });
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    engine = new Engine(client, { adopt: false, ownTags, pause, now: Date.now });
    await createOverlayNetwork(engine, buildModel(optionsWith()));
    for (const [name, roleAttributes] of Object.entries(atRunTime)) {
      await createThrough(engine, "Service", { name, roleAttributes });
    }
    for (const { name, id } of await client.list("services")) services.set(name, id);
  });
  after(() => (client as ControllerClient | undefined)?.close()); // a skipped `before` leaves none

  for (const [name, roleAttributes, ...cells] of matrix) {
    it(`lets ${name} dial and bind what the specification says, and nothing else`, async () => {
      const { id } = await createThrough(engine, "Identity", { name: `matrix-${name}`, roleAttributes });
      const told = await Promise.all(serviceNames.map((service) => cellOf(id, services.get(service) ?? "")));
      const table = (row: readonly string[]) =>
        Object.fromEntries(serviceNames.map((each, index) => [each, row[index]]));
      assert.deepEqual(table(told), table(cells));
    });
  }

  async function cellOf(identity: string, service: string): Promise<string> {
    const { isDialAllowed, isBindAllowed } = await client.getPolicyAdvice(identity, service);
    return `${isDialAllowed === true ? "d" : ""}${isBindAllowed === true ? "b" : ""}` || "-";
  }
}
