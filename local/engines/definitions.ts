import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { tryReadText, writeWhole } from "../files";
import type { BuildContext } from "./build";
import { EngineError } from "./find";
import { enginesFolder } from "./folders";
import { downloadModules, type DownloadedModule } from "./modules";

/** A CustomResourceDefinition as it goes to the API server. */
export interface Definition {
  readonly apiVersion: string;
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
}

interface DefinitionSource {
  readonly module: string;
  /** File or folder inside the module. */
  readonly at: string;
  /** The definitions the program uses; the others stay out, each costs the API server time. */
  readonly names: readonly string[];
}

const family = "crds";

const sources: readonly DefinitionSource[] = [
  {
    module: "istio.io/api",
    at: "kubernetes/customresourcedefinitions.gen.yaml",
    names: [
      ...["destinationrules", "gateways", "serviceentries", "virtualservices"].map(
        (kind) => `${kind}.networking.istio.io`,
      ),
      ...["authorizationpolicies", "peerauthentications"].map((kind) => `${kind}.security.istio.io`),
      "telemetries.telemetry.istio.io",
    ],
  },
  {
    module: "github.com/cert-manager/cert-manager",
    at: "deploy/crds",
    names: ["certificates", "clusterissuers", "issuers"].map((kind) => `${kind}.cert-manager.io`),
  },
  {
    module: "sigs.k8s.io/gateway-api",
    at: "config/crd/standard",
    names: ["gatewayclasses", "gateways", "grpcroutes", "httproutes", "referencegrants", "tlsroutes"].map(
      (kind) => `${kind}.gateway.networking.k8s.io`,
    ),
  },
];

/** Environment variable with a folder of YAML files to take the definitions from, for machines without a Go client. */
const definitionsVariable = "AGYN_CRDS";

/**
 * The CustomResourceDefinitions of Istio, cert-manager and the Gateway API: from the folder in AGYN_CRDS, the cache, or
 * the pinned Go modules. Throws EngineError when they cannot be had or one is missing.
 */
export async function loadDefinitions(context: BuildContext): Promise<readonly Definition[]> {
  const folder = context.environment[definitionsVariable];
  if (folder)
    return pick(
      readDefinitions(folder),
      sources.flatMap((source) => source.names),
      folder,
    );
  const key = createHash("sha256")
    .update(readFileSync(path.join(context.modules, family, "go.mod")))
    .update(JSON.stringify(sources));
  const cached = path.join(enginesFolder(context.environment), `definitions-${key.digest("hex").slice(0, 16)}.json`);
  const text = tryReadText(cached);
  if (text !== undefined) return JSON.parse(text) as Definition[];
  const folders = await downloadSources(context);
  const definitions = sources.flatMap(({ module, at, names }) => {
    const file = path.join(folders.get(module)?.folder ?? module, at);
    return pick(readDefinitions(file), names, file);
  });
  writeWhole(cached, JSON.stringify(definitions));
  return definitions;
}

function pick(definitions: readonly Definition[], names: readonly string[], origin: string): readonly Definition[] {
  return names.map((name) => {
    const definition = definitions.find(({ metadata }) => metadata.name === name);
    if (!definition) throw new EngineError(`${origin} has no CustomResourceDefinition ${name}`);
    return definition;
  });
}

function readDefinitions(at: string): readonly Definition[] {
  const files = statSync(at).isDirectory()
    ? readdirSync(at)
        .filter((name) => /\.ya?ml$/.test(name))
        .map((name) => path.join(at, name))
    : [at];
  const documents = files.flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")));
  return documents
    .map((document) => document.toJS() as Definition | null)
    .filter((object): object is Definition => object?.kind === "CustomResourceDefinition");
}

async function downloadSources(context: BuildContext): Promise<ReadonlyMap<string, DownloadedModule>> {
  try {
    return await downloadModules(
      family,
      sources.map(({ module }) => module),
      context,
    );
  } catch (error) {
    throw new EngineError(
      `the definitions of Istio, cert-manager and the Gateway API could not be read from their Go modules: ` +
        `${(error as Error).message.trim()}. Give a folder with their YAML files instead: ${definitionsVariable}=/path`,
    );
  }
}
