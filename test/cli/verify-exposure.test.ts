import assert from "node:assert/strict";
import { examineExposure } from "../../cli/verify/checks/exposure";
import type { VerifyFacts } from "../../cli/verify/facts";
import { loadModel } from "../../config/model";
import { production, settingsOf } from "../config/parsing";
import { settingsWith } from "./preflight-facts";

const publicService = (name: string, port: number) => ({
  metadata: { name, namespace: "ziti" },
  spec: { type: "LoadBalancer", ports: [{ port: 443, targetPort: port }] },
});
const services = [publicService("ziti-controller-client", 1280), publicService("ziti-router-edge", 3022)];
const managed = loadModel(settingsWith({}));
const operators = loadModel(settingsOf(production));

function failures(model: typeof managed, live: readonly object[]): readonly string[] {
  const objects = new Map(
    Object.values(model.options.namespaces)
      .filter((namespace) => typeof namespace === "string")
      .map((namespace) => [`Service/${namespace}`, { value: namespace === "ziti" ? live : [] }]),
  );
  const findings = examineExposure({ objects } as unknown as VerifyFacts, model);
  return findings.filter(({ verdict }) => verdict === "fail").map(({ subject }) => subject);
}

describe("public Services of the overlay's namespace", () => {
  it("are faults where the program installs the controller, whose clients come through the ingress", () => {
    assert.deepEqual(failures(managed, services), [
      "Service ziti/ziti-controller-client",
      "Service ziti/ziti-router-edge",
    ]);
  });

  it("are the operator's business where the controller is, but for the management API", () => {
    assert.deepEqual(failures(operators, services), []);
    assert.deepEqual(failures(operators, [...services, publicService("mgmt", 1281)]), ["Service ziti/mgmt"]);
  });
});
