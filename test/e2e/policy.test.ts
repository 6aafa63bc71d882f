import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, Stack, type EngineEvent } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import agynNetworking from "../../index";
import { writeWhole } from "../../local/files";
import { pulumiEnvironment } from "../../local/stack/project";
import { badInProduction, badVariants, type BadVariant } from "../policy/bad-variants";
import { productionConfig, productionSecrets } from "../support/production-config";
import { projectRoot } from "../support/project-root";
import { hasEngines, hasLanguagePlugin, LocalPlatform } from "./support/local-platform";

const project = "agyn-networking";
const networkPolicies = { enabled: true, apiServer: ["192.0.2.10/32"], clusterAddresses: ["192.0.2.0/24"] };

type Config = Readonly<Record<string, unknown>>;

/** The program, with some of its resources worsened on their way to the engine, and some added. */
function worsened(variants: readonly BadVariant[]) {
  return (): Promise<Record<string, unknown>> => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const own = variants.filter((variant) => variant.type === type && variant.name === name && variant.change);
      if (own.length === 0) return undefined;
      const inputs = props as Record<string, unknown>;
      return { props: own.reduce((bad, { change }) => change?.(bad) ?? bad, inputs), opts };
    });
    const outputs = agynNetworking();
    for (const { name, add } of variants) {
      if (add !== undefined) new k8s.apiextensions.CustomResource(name, add as k8s.apiextensions.CustomResourceArgs);
    }
    return Promise.resolve({ ...outputs });
  };
}

describe("the policy pack in Pulumi's engine", function () {
  const local = new LocalPlatform();
  let launcher = "";

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    await local.succeed("up", "--simulated");
    // Without the language plugin the engine looks for a program of this name, which starts packs of Node.js.
    if (!(await hasLanguagePlugin())) {
      const name = "pulumi-analyzer-policy-nodejs";
      launcher = path.join(local.folders.pulumiHome, "plugins", "analyzer-policy-nodejs-v1.0.0", name);
      const run = path.join(projectRoot, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
      mkdirSync(path.dirname(launcher), { recursive: true });
      writeWhole(launcher, `#!/bin/sh\nexec "${process.execPath}" "${run}" "$@"\n`, 0o700);
      chmodSync(launcher, 0o700);
    }
  });
  after(() => local.remove());

  async function open(stack: string, config: Config, variants: readonly BadVariant[]): Promise<Stack> {
    const { folders } = local;
    const workDir = path.join(folders.root, "policy", stack);
    mkdirSync(workDir, { recursive: true });
    // Not part of the SDK's types: where the provider of this project is.
    const plugins = { providers: [{ name: "openziti", path: path.join(projectRoot, "bin") }] };
    const projectSettings = { name: project, runtime: "nodejs" as const, plugins };
    const workspace = await LocalWorkspace.create({
      workDir,
      projectSettings,
      pulumiHome: folders.pulumiHome,
      pulumiCommand: await PulumiCommand.get({ root: folders.root, skipVersionCheck: true }),
      program: worsened(variants),
      secretsProvider: "passphrase",
      envVars: pulumiEnvironment(folders),
    });
    const opened = await Stack.createOrSelect(stack, workspace);
    for (const [key, value] of Object.entries(config)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      await opened.setConfig(`${project}:${key}`, { value: text, secret: productionSecrets.includes(key) });
    }
    return opened;
  }

  /** `policy: resource` of every violation that the engine reports, and whether the preview went through. */
  async function preview(stack: string, config: Config, variants: readonly BadVariant[] = []) {
    const opened = await open(stack, config, variants);
    const found: string[] = [];
    const seen = (event: EngineEvent) => {
      const { policyEvent } = event;
      if (policyEvent) found.push(`${policyEvent.policyName}: ${policyEvent.resourceUrn?.split("::").at(-1)}`);
    };
    const policyPacks = [path.join(projectRoot, "policy")];
    const failure = await opened.preview({ policyPacks, onEvent: seen }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    return { failure, found: [...new Set(found)].sort() };
  }

  const names = (variants: readonly BadVariant[]) =>
    [...new Set(variants.map(({ rule, name }) => `${rule}: ${name}`))].sort();

  // No chart can be fetched here: what is a Release stays the operator's.
  const ownedByOthers = { certManager: { manage: false }, mesh: { manage: false } };
  const controller = { ...(productionConfig().controller as object), manage: false };
  // Nor does a volume: the database is the operator's too.
  const { zitiManagement } = productionConfig();
  const dev = { ...ownedByOthers, controller, zitiManagement, networkPolicies };
  const prod = { ...productionConfig(), networkPolicies };

  it("has nothing against the program in either profile", async () => {
    assert.deepEqual(await preview("dev-good", dev), { failure: undefined, found: [] });
    assert.deepEqual(await preview("prod-good", prod), { failure: undefined, found: [] });
  });

  it(`catches each of ${badVariants.length} bad variants by name, and nothing else`, async () => {
    const { failure, found } = await preview("dev-bad", dev, badVariants);
    assert.ok(failure?.includes("[mandatory]"), "the preview fails");
    assert.deepEqual(found, names(badVariants), found.join("\n"));
  });

  it(`catches ${badInProduction.length} more in production`, async () => {
    const { found } = await preview("prod-bad", prod, badInProduction);
    for (const name of names(badInProduction)) assert.ok(found.includes(name), `${name} in\n${found.join("\n")}`);
  });

  it("counts a stack as production whose tag says so", async () => {
    const opened = await open("dev-tagged", dev, []);
    await opened.setTag("environment", "production");
    const { found } = await preview("dev-tagged", dev);
    assert.ok(found.includes("production-tls-is-real: ingress-gateway"), found.join("\n"));
  });
});
