import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import { scryptSync } from "node:crypto";
import { toPodSpec, type PodSettings } from "../pod-settings";
import type { Database } from "./database";

/** gRPC port of Ziti Management, on its Service and in its pod. */
const grpcPort = 50051;
const credentialFolder = "/etc/ziti-management";
const labels = { "app.kubernetes.io/name": "ziti-management" };
const databaseSecret = { name: "ziti-management-database", key: "url" };
/** The image names its user, which the kubelet cannot tell from root; the program asks for no user in particular. */
const unprivilegedUser = 65532;

/** What Ziti Management is deployed with. */
interface ZitiManagementArgs {
  readonly namespace: pulumi.Input<string>;
  /** What the Deployment needs; unset: the Secret alone is managed, and the platform's own charts run the service. */
  readonly database?: Database;
  readonly image: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  readonly secretName: string;
  /** The account that the mesh's policies know Ziti Management by. */
  readonly serviceAccount: string;
  /** Base URL of the controller, as seen from inside the cluster. */
  readonly controllerUrl: pulumi.Input<string>;
  /** PEM bundle that signs the controller's certificate. */
  readonly ca: pulumi.Input<string>;
  /** Client certificate of an administrator, and its key; PEM. */
  readonly cert: pulumi.Input<string>;
  readonly key: pulumi.Input<string>;
}

/** What was registered; `deployment` only where the stack runs the service. */
interface ZitiManagement {
  readonly secret: k8s.core.v1.Secret;
  readonly deployment?: k8s.apps.v1.Deployment;
}

/**
 * The one service that operates the overlay at run time: the controller's credential lives in its Secret and nowhere
 * else, mounted as files. There is no enrollment token and no volume, so replacing the Secret's content rotates it.
 */
export function createZitiManagement(
  name: string,
  args: ZitiManagementArgs,
  opts: pulumi.CustomResourceOptions,
): ZitiManagement {
  const { database, namespace } = args;
  const content = credentialFiles(args);
  const secret = createSecret(`${name}-secret`, { name: args.secretName, namespace }, content, opts);
  if (database === undefined) return { secret };
  const { key, ...named } = databaseSecret;
  const url = createSecret(`${name}-database-secret`, { ...named, namespace }, { [key]: database.url }, opts);
  const metadata = { name: "ziti-management", namespace, labels };
  const serviceAccount = new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: { ...metadata, name: args.serviceAccount }, automountServiceAccountToken: false },
    opts,
  );
  const deployment = new k8s.apps.v1.Deployment(
    `${name}-deployment`,
    { metadata, spec: deploymentSpec(args, serviceAccount, { ...content, database: database.url }) },
    pulumi.mergeOptions(opts, { dependsOn: [secret, url, ...database.ready] }),
  );
  new k8s.core.v1.Service(
    `${name}-service`,
    { metadata, spec: { selector: labels, ports: [{ name: "grpc", port: grpcPort, appProtocol: "grpc" }] } },
    opts,
  );
  return { secret, deployment };
}

function createSecret(
  name: string,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  stringData: Record<string, pulumi.Output<string>>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(name, { metadata: { ...metadata, labels }, type: "Opaque", stringData }, opts);
}

/** File name -> content of the mounted Secret. */
function credentialFiles(args: ZitiManagementArgs): Record<string, pulumi.Output<string>> {
  const files = {
    controllerUrl: args.controllerUrl,
    "ca.crt": args.ca,
    "client.crt": args.cert,
    "client.key": args.key,
  };
  return Object.fromEntries(Object.entries(files).map(([file, value]) => [file, pulumi.secret(value)]));
}

function deploymentSpec(
  args: ZitiManagementArgs,
  serviceAccount: k8s.core.v1.ServiceAccount,
  content: Record<string, pulumi.Output<string>>,
): pulumi.Output<k8s.types.input.apps.v1.DeploymentSpec> {
  const pod = new kx.PodBuilder(podSpec(args, serviceAccount));
  const checksum = pulumi.unsecret(pulumi.all(content)).apply(contentChecksum);
  // The builder labels the pod by its container's name; callers and policies select it by the standard label.
  return pulumi.all([pod.asDeploymentSpec({ replicas: 1 }), checksum]).apply(([spec, credentialChecksum]) => ({
    ...spec,
    selector: { matchLabels: labels },
    template: {
      ...spec.template,
      metadata: { labels, annotations: { "agyn-networking/credential-checksum": credentialChecksum } },
    },
  }));
}

/**
 * A new credential has a new checksum, and a changed pod template rolls the Deployment. The annotation is readable by
 * many and a password may be weak: a slow hash keeps it from being guessed back.
 */
function contentChecksum(content: Record<string, string>): string {
  return scryptSync(JSON.stringify(content), "agyn-networking", 8).toString("hex");
}

function podSpec(args: ZitiManagementArgs, serviceAccount: k8s.core.v1.ServiceAccount) {
  return {
    serviceAccountName: serviceAccount.metadata.name,
    automountServiceAccountToken: false,
    ...toPodSpec(args.pods),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: unprivilegedUser,
      runAsGroup: unprivilegedUser,
      // The group of the mounted files, which nobody else may read.
      fsGroup: unprivilegedUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "ziti-management",
        image: args.image,
        ports: { grpc: grpcPort },
        env: environment(args),
        volumeMounts: [{ name: "credential", mountPath: credentialFolder, readOnly: true }],
        // It listens once database and controller have let it in.
        readinessProbe: { tcpSocket: { port: "grpc" }, periodSeconds: 5 },
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
    volumes: [{ name: "credential", secret: { secretName: args.secretName, defaultMode: 0o440 } }],
  };
}

function environment(args: ZitiManagementArgs): k8s.types.input.core.v1.EnvVar[] {
  return [
    { name: "GRPC_ADDRESS", value: `:${grpcPort}` },
    { name: "ZITI_CONTROLLER_URL", valueFrom: { secretKeyRef: { name: args.secretName, key: "controllerUrl" } } },
    { name: "ZITI_CERT_FILE", value: `${credentialFolder}/client.crt` },
    { name: "ZITI_KEY_FILE", value: `${credentialFolder}/client.key` },
    { name: "ZITI_CA_FILE", value: `${credentialFolder}/ca.crt` },
    // Empty on purpose: a mounted certificate, not a one-time token, is what can be rotated. The API server drops an empty
    // value, which every refresh would show as a change; without one the variable is just as empty.
    { name: "ZITI_ENROLLMENT_JWT_FILE" },
    { name: "DATABASE_URL", valueFrom: { secretKeyRef: databaseSecret } },
  ];
}
