import { provideStackEngines } from "../bring-up";
import type { LocalContext } from "../context";
import { runOperation, type Operation, type OperationOptions } from "../operations";
import type { PreparedStack } from "../prepare-stack";
import { mergeOverrides, type Override } from "../stack/configuration";
import { openOnCluster } from "../stack/open-on-cluster";
import { askKind } from "./answers";
import { chartOverrides } from "./charts";
import { ensureCluster, type KindContext, type RunningCluster } from "./cluster";
import { gatewayNodePorts } from "./config";
import { kindFolders } from "./folders";
import { KindError } from "./kind-error";
import { tryLoadCluster } from "./record";

/** What differs from the committed stack file on a cluster of kind; charts and images come from the network. */
function kindOverrides({ kubeconfig, record }: Pick<RunningCluster, "kubeconfig" | "record">): readonly Override[] {
  const noBalancer = "kind has no load balancer by itself";
  const mapped = "the cluster's ports that this machine's lead to";
  return [
    { path: "kubernetes.kubeconfig", value: kubeconfig, secret: true, because: "the cluster of kind" },
    { path: "kubernetes.adopt", value: true, because: "what a killed run left here is the stack's own" },
    { path: "ingress.service.type", value: "NodePort", because: noBalancer },
    { path: "ingress.service.nodePorts.http", value: gatewayNodePorts.http, because: mapped },
    { path: "ingress.service.nodePorts.https", value: gatewayNodePorts.https, because: mapped },
    { path: "ingress.port", value: record.ports.https, because: "the port of this machine for TLS" },
  ];
}

const makesCluster: ReadonlySet<Operation> = new Set(["up", "preview"]);

/** Runs an operation of the stack on the cluster of kind, which is made first. Throws KindError when it cannot be. */
export async function operateOnKind(
  operation: Operation,
  context: LocalContext,
  options: OperationOptions,
): Promise<void> {
  const inner = { ...context, folders: kindFolders(context.folders.root) };
  if (!makesCluster.has(operation) && tryLoadCluster(inner.folders) === undefined) {
    return context.terminal.line(`This state folder has made no cluster with kind: there is nothing to ${operation}.`);
  }
  return runOperation(operation, inner, options, (settings) => prepareKindStack(inner, settings));
}

/** What a context of the local platform is to kind. */
export function kindContext({ folders, environment, signal, terminal }: LocalContext): KindContext {
  const { line, status } = terminal;
  return { folders: kindFolders(folders.root), environment, signal, line, status };
}

async function prepareKindStack(
  context: LocalContext & { readonly folders: KindContext["folders"] },
  settings: readonly Override[],
): Promise<PreparedStack> {
  const { folders, environment, signal, terminal } = context;
  const engines = await provideStackEngines(context);
  const answers = await askKind(environment);
  if (answers.missing !== undefined) throw new KindError(answers.missing);
  const { line, status } = terminal;
  const port = portIn(settings);
  const cluster = await ensureCluster({ folders, environment, signal, line, status }, answers.containerEngine, port);
  const { ports } = cluster.record;
  if (port !== undefined && port !== ports.https) throw new KindError(otherPort(port, ports.https));
  const overrides = mergeOverrides([...kindOverrides(cluster), ...chartOverrides(environment)], settings);
  const record = { kubernetesPlugin: "real", controller: "real", pods: "kind" } as const;
  return openOnCluster(context, { access: cluster.access, engines, record }, overrides);
}

// A value that is no port is refused with every other mistake, by the program.
function portIn(settings: readonly Override[]): number | undefined {
  const value = settings.find(({ path }) => path === "ingress.port")?.value;
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;
}

function otherPort(wanted: number, present: number): string {
  return (
    `ingress.port: received ${wanted}, but the cluster was made with ${present}, and the ports of a cluster of kind are ` +
    "fixed. Make it anew: npm run local -- stop, then this command again"
  );
}
