import * as path from "node:path";

/** Every file and folder of one platform, all under its state folder. */
export interface PlatformFolders {
  readonly root: string;
  readonly lock: string;
  readonly record: string;
  readonly processes: string;
  readonly logs: string;
  readonly certificates: string;
  readonly tokens: string;
  readonly kubeconfig: string;
  /** How the simulated node behaves. */
  readonly nodeSettings: string;
  readonly etcdData: string;
  readonly controllerData: string;
  readonly baseline: string;
  /** Exists while a Pulumi operation runs; found at the next start it means that the operation was cut off. */
  readonly operation: string;
  readonly secrets: string;
  readonly passphrase: string;
  readonly backend: string;
  readonly pulumiHome: string;
  readonly binaries: string;
  readonly project: string;
}

/** The layout of a platform's state folder. */
export function platformFolders(root: string): PlatformFolders {
  const at = (...names: string[]): string => path.join(root, ...names);
  return {
    root,
    lock: at("lock"),
    record: at("platform.json"),
    processes: at("processes"),
    logs: at("logs"),
    certificates: at("certificates"),
    tokens: at("certificates", "tokens.csv"),
    kubeconfig: at("kubeconfig"),
    nodeSettings: at("node.yaml"),
    etcdData: at("etcd"),
    controllerData: at("controller"),
    baseline: at("baseline.json"),
    operation: at("operation.json"),
    secrets: at("secrets.json"),
    passphrase: at("passphrase"),
    backend: at("backend"),
    pulumiHome: at("pulumi"),
    binaries: at("bin"),
    project: at("project"),
  };
}
