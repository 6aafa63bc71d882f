import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { findStore } from "../../access/platform/services";
import { ownDatabase } from "../../access/model/store-use";
import { toPodSpec, type PodSettings } from "../pod-settings";

const { port, selector } = findStore(ownDatabase);
/** The image's own user `postgres`: a number, because the kubelet cannot tell a name from root. */
const postgresUser = 999;
const dataFolder = "/var/lib/postgresql/data";
const passwordFolder = "/etc/postgresql-password";
/** Name of the role and of its database. */
const owner = "ziti_management";

/** What the stack's own database of Ziti Management is made of. */
interface DatabaseArgs {
  readonly namespace: pulumi.Input<string>;
  /** Image of PostgreSQL as docker-library builds it. */
  readonly image: string;
  /** StorageClass of its volume. Default: the cluster's default class. */
  readonly storageClassName?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
}

/** A database that Ziti Management may use. */
export interface Database {
  /** Secret. `postgres://…` */
  readonly url: pulumi.Output<string>;
  /** What has to be there before anybody connects. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A small PostgreSQL for Ziti Management alone: one pod with an account of its own, a volume that lives as long as the
 * stack, and a generated password that no other pod has. TLS is the mesh's.
 */
export function createDatabase(name: string, args: DatabaseArgs, opts: pulumi.CustomResourceOptions): Database {
  const { namespace } = args;
  const metadata = { name: ownDatabase, namespace, labels: selector };
  const password = new random.RandomPassword(`${name}-password`, { length: 40, special: false }, opts);
  const secret = new k8s.core.v1.Secret(
    `${name}-secret`,
    { metadata, type: "Opaque", stringData: { password: pulumi.secret(password.result) } },
    opts,
  );
  new k8s.core.v1.ServiceAccount(`${name}-service-account`, { metadata, automountServiceAccountToken: false }, opts);
  const claim = createClaim(name, args, opts);
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    { metadata, spec: { selector, ports: [{ name: "tcp-postgres", port, appProtocol: "tcp" }] } },
    opts,
  );
  const server = new k8s.apps.v1.StatefulSet(
    `${name}-stateful-set`,
    { metadata, spec: statefulSetSpec(args) },
    pulumi.mergeOptions(opts, { dependsOn: [secret, claim, service] }),
  );
  const host = pulumi.interpolate`${ownDatabase}.${namespace}.svc`;
  const url = pulumi.interpolate`postgres://${owner}:${password.result}@${host}:${port}/${owner}?sslmode=disable`;
  return { url: pulumi.secret(url), ready: [server] };
}

// A claim of its own, and none of the StatefulSet's: those stay behind when the stack is destroyed.
function createClaim(
  name: string,
  { namespace, storageClassName }: DatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.PersistentVolumeClaim {
  // Many classes make a volume only once a pod wants it: whoever waited for the claim before the pod would wait for ever.
  const annotations = { "pulumi.com/skipAwait": "true" };
  const resources = { requests: { storage: "1Gi" } };
  return new k8s.core.v1.PersistentVolumeClaim(
    `${name}-volume`,
    {
      metadata: { name: ownDatabase, namespace, labels: selector, annotations },
      spec: { accessModes: ["ReadWriteOnce"], resources, ...(storageClassName !== undefined && { storageClassName }) },
    },
    opts,
  );
}

function statefulSetSpec(args: DatabaseArgs): k8s.types.input.apps.v1.StatefulSetSpec {
  return {
    replicas: 1,
    serviceName: ownDatabase,
    selector: { matchLabels: selector },
    template: { metadata: { labels: selector }, spec: podSpec(args) },
  };
}

function podSpec({ image, pods }: DatabaseArgs): k8s.types.input.core.v1.PodSpec {
  return {
    ...toPodSpec(pods),
    serviceAccountName: ownDatabase,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: postgresUser,
      runAsGroup: postgresUser,
      fsGroup: postgresUser,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container(image)],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: ownDatabase } },
      { name: "password", secret: { secretName: ownDatabase, defaultMode: 0o440 } },
      { name: "run", emptyDir: {} },
      { name: "tmp", emptyDir: {} },
    ],
  };
}

function container(image: string): k8s.types.input.core.v1.Container {
  return {
    name: "postgres",
    image,
    ports: [{ name: "tcp-postgres", containerPort: port }],
    env: [
      { name: "POSTGRES_USER", value: owner },
      { name: "POSTGRES_DB", value: owner },
      { name: "POSTGRES_PASSWORD_FILE", value: `${passwordFolder}/password` },
      // A folder inside of the volume: the volume's own may hold lost+found, and initdb wants an empty one.
      { name: "PGDATA", value: `${dataFolder}/pgdata` },
    ],
    volumeMounts: [
      { name: "data", mountPath: dataFolder },
      { name: "password", mountPath: passwordFolder, readOnly: true },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "tmp", mountPath: "/tmp" },
    ],
    // Over TCP: while the image sets the database up, its server answers on the socket already.
    readinessProbe: {
      exec: { command: ["pg_isready", "-h", "127.0.0.1", "-U", owner, "-d", owner] },
      periodSeconds: 5,
      timeoutSeconds: 3,
    },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}
