import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import type { Definition } from "../../../local/engines/definitions";

/** Traefik's definitions: the local platform has no use for them, and the engines of these tests do. */
export const traefikModule = "github.com/traefik/traefik/v3@v3.7.9";

const sources = [
  {
    module: traefikModule,
    at: "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml",
    group: "traefik.io",
  },
  { module: "github.com/cert-manager/cert-manager@v1.21.2", at: "deploy/crds", group: "cert-manager.io" },
  // Traefik serves no route of the Gateway API before it can list these, of which the program makes none.
  {
    module: "sigs.k8s.io/gateway-api@v1.6.1",
    at: "config/crd/standard",
    group: "backendtlspolicies.gateway.networking.k8s.io",
  },
];

function readAll(at: string): readonly Definition[] {
  const files = statSync(at).isDirectory() ? readdirSync(at).map((name) => path.join(at, name)) : [at];
  return files
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")))
    .map((document) => document.toJS() as Definition | null)
    .filter((object): object is Definition => object?.kind === "CustomResourceDefinition");
}

async function fromModule({ module, at, group }: (typeof sources)[number]): Promise<readonly Definition[]> {
  const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off" };
  const options = { cwd: os.tmpdir(), env, timeout: 120_000 };
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", module], options);
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  return readAll(path.join(Dir, at)).filter(({ metadata }) => metadata.name.endsWith(group));
}

/** Definitions of Traefik and all of cert-manager's, from their Go modules. Throws when those cannot be had. */
export async function loadModuleDefinitions(): Promise<readonly Definition[]> {
  return (await Promise.all(sources.map(fromModule))).flat();
}
