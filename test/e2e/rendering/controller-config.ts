import { parse } from "yaml";
import { ofKind, type Installation, type RenderedRelease } from "./installation";
import { containersOf, tryToPod, type RenderedPod } from "./rendered-object";

/** A listener of the controller, with the names in its certificate. */
export interface Listener {
  readonly name: string;
  /** Port of the pod. */
  readonly port: number;
  /** `host:port` that it tells others to dial. */
  readonly advertised: string;
  readonly dnsNames: readonly string[];
}

/** One controller, as its configuration describes it. */
export interface ControllerNode {
  readonly release: RenderedRelease;
  /** What routers and other controllers dial. It shares its port with the client API; TLS' own protocol name tells them apart. */
  readonly control: Listener;
  /** The listeners of its APIs. */
  readonly web: readonly Listener[];
  /** `host:port` of the node that it joins; undefined for a node that joins none. */
  readonly joins?: string;
  /** `host:port` at which whoever holds an enrollment token enrolls. */
  readonly enrollment: string;
}

interface Identity {
  readonly server_cert: string;
}

interface Config {
  readonly identity: Identity;
  readonly ctrl: { readonly listener: string; readonly options: { readonly advertiseAddress: string } };
  readonly edge: { readonly api: { readonly address: string } };
  readonly web: readonly {
    readonly name: string;
    readonly bindPoints: readonly { readonly interface: string; readonly address: string }[];
    readonly identity: Identity;
  }[];
}

/** The controllers of an installation. */
export function controllersOf(installation: Installation): readonly ControllerNode[] {
  return installation.releases.filter(({ chart }) => chart.name === "ziti-controller").map(toNode);
}

function toNode(release: RenderedRelease): ControllerNode {
  const data = ofKind(release.objects, "ConfigMap").find(({ metadata }) => metadata.name === `${release.name}-config`)!
    .data as Readonly<Record<string, string>>;
  const config = parse(data["ziti-controller.yaml"]!) as Config;
  const joins = /^\s*ENDPOINT="(.+)"$/m.exec(data["ziti-cluster-join.bash"] ?? "")?.[1];
  const listener = (name: string, at: string, advertised: string, { server_cert: file }: Identity): Listener => {
    const port = Number(at.split(":").pop());
    return { name, port, advertised: advertised.replace(/^tls:/, ""), dnsNames: dnsNamesOf(file, release) };
  };
  const { ctrl, web, identity, edge } = config;
  return {
    ...{ release, joins, enrollment: edge.api.address },
    control: listener("ctrl", ctrl.listener, ctrl.options.advertiseAddress, identity),
    web: web.flatMap((one) =>
      one.bindPoints.map((point) => listener(one.name, point.interface, point.address, one.identity)),
    ),
  };
}

/** The names in the certificate at a path of the controller's pod: from the mount to the Secret to what makes it. */
function dnsNamesOf(file: string, { objects }: RenderedRelease): readonly string[] {
  const pod = objects.flatMap((object) => tryToPod(object) ?? []).find(({ owner }) => owner.startsWith("Deployment"))!;
  const secret = secretAt(file, pod);
  const certificates = ofKind(objects, "Certificate").map(
    ({ spec }) => spec as { readonly secretName: string; readonly dnsNames?: readonly string[] },
  );
  const certificate = certificates.find(({ secretName }) => secretName === secret);
  if (certificate === undefined) throw new Error(`no Certificate makes the Secret ${secret} behind ${file}`);
  return certificate.dnsNames ?? [];
}

function secretAt(file: string, pod: RenderedPod): string | undefined {
  const mounts = containersOf(pod).flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const mount = mounts.find(({ mountPath }) => file.startsWith(mountPath));
  return (pod.spec.volumes ?? []).find(({ name }) => name === mount?.name)?.secret?.secretName;
}
