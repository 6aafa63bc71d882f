import assert from "node:assert/strict";
import * as path from "node:path";
import { loadStackFile, localOverrides, withOverrides } from "../../local/stack/configuration";
import { planObjects } from "../../local/stack/plan";
import { tlsFixtures } from "../support/contract-double";
import { projectRoot } from "../support/project-root";

const authority = tlsFixtures.ca;
const controller = { url: "https://127.0.0.1:1280", authority, username: "admin", password: "long-enough-1" };
const api = { server: "https://127.0.0.1:6443", authority, token: "token" } as never;

describe("the plan of the local platform", () => {
  it("runs the whole program without an engine and counts what it will register", async () => {
    const overrides = localOverrides({ api, controller }).filter(({ path }) => path !== "kubernetes.kubeconfig");
    const committed = loadStackFile(path.join(projectRoot, "Pulumi.dev.yaml"));
    const layers = await planObjects(withOverrides(committed, overrides));
    assert.deepEqual(
      [...layers.keys()],
      ["stack", "IstioMesh", "IngressTls", "ZitiOverlay"].filter((one) => layers.has(one)),
    );
    assert.equal(layers.get("ZitiOverlay")?.get("OpenZiti ServicePolicy"), 14);
    assert.equal(layers.get("IstioMesh")?.get("Telemetry"), 1);
  });
});
