import { busyBoxImage } from "../../../local/node/images/names";

type Labels = Readonly<Record<string, string>>;

/** A small pod: where it is, how it is labelled, and the TCP ports on which it answers. */
export interface SmallPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Labels;
  readonly listens?: readonly number[];
  /** A claim whose volume it mounts: some classes bind a volume only once a pod wants it. */
  readonly claim?: string;
}

/** A namespace with the label that Kubernetes gives it anyway. */
export function namespaceObject(name: string): object {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

/** A pod of BusyBox that answers HTTP on its ports with the name of the machine, and is ready once it does. */
export function podObject({ namespace, name, labels = {}, listens = [], claim }: SmallPod): object {
  const serve = listens.map((port) => `httpd -p ${port} -h /etc`);
  const probe = { tcpSocket: { port: listens[0] }, periodSeconds: 1 };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "busybox",
          image: busyBoxImage,
          command: ["sh", "-c", [...serve, "exec sleep 86400"].join("; ")],
          ...(listens.length > 0 && { readinessProbe: probe }),
          ...(claim !== undefined && { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
        },
      ],
      ...(claim !== undefined && { volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }] }),
    },
  };
}

/** A Service in front of pods with these labels. */
export function serviceObject(namespace: string, name: string, selector: Labels, port: number, type = "ClusterIP") {
  const ports = [{ port, targetPort: port }];
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { type, selector, ports } };
}

/** A shell line that succeeds when something answers HTTP there within two seconds. */
export function tryHttp(host: string, port: number): string {
  return `timeout 2 wget -q -O /dev/null http://${host}:${port}/hostname`;
}
