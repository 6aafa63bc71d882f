/** The programs the local platform can run, by the name of their binary. */
export type EngineName =
  | "pulumi"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "kubelet"
  | "kube-proxy"
  | "kubectl"
  | "coredns"
  | "kube-router"
  | "ziti"
  | "helm"
  | "ziti-management-standin"
  | "pulumi-resource-kubernetes"
  | "pulumi-resource-random"
  | "pulumi-language-nodejs";

/** How an engine is compiled with the Go client: a pinned module in local/go/<family> and a package in it. */
export interface BuildRecipe {
  readonly family: string;
  readonly package: string;
  readonly ldflags: string;
  /** Seconds of a cold build on two cores, measured; shown as the expected time. */
  readonly expectedSeconds: number;
}

/** One engine: how to find it, how to know its version, and what happens without it. */
export interface EngineSpec {
  readonly name: EngineName;
  /** The pinned version: what is built, and the name of its folder in the cache. */
  readonly version: string;
  /** Versions that work: `from` inclusive, `below` exclusive. */
  readonly accepts: { readonly from: string; readonly below: string };
  /** Environment variable that holds an explicit path to the binary. */
  readonly variable: string;
  /** Arguments that make the binary print its version; undefined where it has none. */
  readonly versionArguments?: readonly string[];
  readonly recipe?: BuildRecipe;
}

const kubernetesVersion = "1.34.2";
const kubernetesFlags = [
  `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
  "-X k8s.io/component-base/version.gitMajor=1",
  "-X k8s.io/component-base/version.gitMinor=34",
].join(" ");

function kubernetesEngine(name: EngineName, variable: string, expectedSeconds: number): EngineSpec {
  return {
    name,
    version: kubernetesVersion,
    accepts: { from: "1.34.0", below: "1.35.0" },
    variable,
    versionArguments: ["--version"],
    recipe: {
      family: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      ldflags: kubernetesFlags,
      expectedSeconds,
    },
  };
}

const pulumiVersion = "3.259.0";
const helmVersion = "3.22.0";

/** Every engine the local platform knows. Engines without a recipe are used when found and never built. */
export const catalog: Readonly<Record<EngineName, EngineSpec>> = {
  pulumi: {
    name: "pulumi",
    version: pulumiVersion,
    accepts: { from: pulumiVersion, below: "4.0.0" },
    variable: "AGYN_PULUMI",
    versionArguments: ["version"],
    recipe: {
      family: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
      expectedSeconds: 260,
    },
  },
  etcd: {
    name: "etcd",
    version: "3.6.6",
    accepts: { from: "3.6.0", below: "3.7.0" },
    variable: "AGYN_ETCD",
    versionArguments: ["--version"],
    recipe: { family: "etcd", package: ".", ldflags: "", expectedSeconds: 35 },
  },
  "kube-apiserver": kubernetesEngine("kube-apiserver", "AGYN_KUBE_APISERVER", 230),
  "kube-controller-manager": kubernetesEngine("kube-controller-manager", "AGYN_KUBE_CONTROLLER_MANAGER", 90),
  "kube-scheduler": kubernetesEngine("kube-scheduler", "AGYN_KUBE_SCHEDULER", 40),
  kwok: {
    name: "kwok",
    version: "0.7.0",
    accepts: { from: "0.7.0", below: "0.8.0" },
    variable: "AGYN_KWOK",
    versionArguments: ["--version"],
    recipe: {
      family: "kwok",
      package: "sigs.k8s.io/kwok/cmd/kwok",
      ldflags: "-X sigs.k8s.io/kwok/pkg/consts.Version=v0.7.0",
      expectedSeconds: 180,
    },
  },
  kubelet: kubernetesEngine("kubelet", "AGYN_KUBELET", 60),
  "kube-proxy": kubernetesEngine("kube-proxy", "AGYN_KUBE_PROXY", 30),
  kubectl: { ...kubernetesEngine("kubectl", "AGYN_KUBECTL", 40), versionArguments: ["version", "--client"] },
  coredns: {
    name: "coredns",
    version: "1.12.4",
    accepts: { from: "1.12.0", below: "1.14.0" },
    variable: "AGYN_COREDNS",
    versionArguments: ["-version"],
    recipe: { family: "coredns", package: "github.com/coredns/coredns", ldflags: "", expectedSeconds: 110 },
  },
  "kube-router": {
    name: "kube-router",
    version: "2.1.0",
    accepts: { from: "2.1.0", below: "3.0.0" },
    variable: "AGYN_KUBE_ROUTER",
    versionArguments: ["--version"],
    recipe: {
      family: "kube-router",
      package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
      ldflags: "-X github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=v2.1.0",
      expectedSeconds: 120,
    },
  },
  ziti: {
    name: "ziti",
    version: "2.0.3",
    accepts: { from: "2.0.0", below: "3.0.0" },
    variable: "AGYN_ZITI",
    versionArguments: ["version"],
  },
  helm: {
    name: "helm",
    version: helmVersion,
    accepts: { from: "3.18.0", below: "4.0.0" },
    variable: "AGYN_HELM",
    versionArguments: ["version", "--short"],
    recipe: {
      family: "helm",
      package: "helm.sh/helm/v3/cmd/helm",
      ldflags: `-X helm.sh/helm/v3/internal/version.version=v${helmVersion}`,
      expectedSeconds: 170,
    },
  },
  // Makes the demands of Ziti Management on its surroundings, for pods on a node where the service cannot be built.
  "ziti-management-standin": {
    name: "ziti-management-standin",
    version: "0.1.0",
    accepts: { from: "0.1.0", below: "0.2.0" },
    variable: "AGYN_ZITI_MANAGEMENT_STANDIN",
    versionArguments: ["--version"],
    recipe: { family: "ziti-management-standin", package: ".", ldflags: "", expectedSeconds: 20 },
  },
  "pulumi-resource-kubernetes": {
    name: "pulumi-resource-kubernetes",
    version: "4.32.0",
    accepts: { from: "4.32.0", below: "4.32.1" },
    variable: "AGYN_PULUMI_RESOURCE_KUBERNETES",
  },
  "pulumi-resource-random": {
    name: "pulumi-resource-random",
    version: "4.21.2",
    accepts: { from: "4.21.2", below: "4.21.3" },
    variable: "AGYN_PULUMI_RESOURCE_RANDOM",
  },
  "pulumi-language-nodejs": {
    name: "pulumi-language-nodejs",
    version: pulumiVersion,
    accepts: { from: "3.0.0", below: "4.0.0" },
    variable: "AGYN_PULUMI_LANGUAGE_NODEJS",
    versionArguments: ["-version"],
  },
};

/** What each run needs. With the real Kubernetes plugin, which waits for pods, pods must become ready too. */
export function requiredEngines(withKubernetesPlugin: boolean): readonly EngineName[] {
  const always: EngineName[] = ["pulumi", "etcd", "kube-apiserver"];
  return withKubernetesPlugin ? [...always, "kube-controller-manager", "kube-scheduler", "kwok"] : always;
}

/** What no run needs, and only the live tests use: charts are rendered with it. */
export const testEngines: readonly EngineName[] = ["helm"];

/** What a node with real pods needs. */
export const nodeEngines: readonly EngineName[] = [
  ...(["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const),
  ...(["kubelet", "kube-proxy", "kubectl", "coredns", "kube-router"] as const),
];

/** What runs a stack that manages every installation: where nothing stands in, Pulumi and its plugins. */
export const stackEngines: readonly EngineName[] = ["pulumi", "pulumi-resource-kubernetes", "pulumi-resource-random"];

/** The first `major.minor.patch` in a version command's output, or undefined. */
export function parseVersion(output: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(output)?.[0];
}

/** True when the version is one the engine's range allows. */
export function acceptsVersion(spec: EngineSpec, version: string): boolean {
  return compareVersions(version, spec.accepts.from) >= 0 && compareVersions(version, spec.accepts.below) < 0;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
