import { findStore, isStoreName } from "../../../access/platform/services";
import { serviceOf, type Model } from "../../../access/model/model";
import type { Call } from "../../../access/model/call";
import { type Facts, type Service, type ServicePort, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { describePort, type Treatment, treatmentOf } from "../protocol";

const { pass, fail, warn, unknown } = findingsOf("ports");

/** What a port has to be for the policy of its callee. `talkative`: the server speaks first. */
type Need = "grpc" | "http" | "tcp" | "talkative";

interface Demand {
  readonly callee: Call["callee"];
  readonly port: number;
  readonly need: Need;
}

type Judgment = readonly ["fail" | "warn", effect: string];

const noRule = "rules of RPCs are dropped on it, so every call is denied";
const noRoute = "the mesh cannot read requests on it";
const sniffing = "the protocol is guessed per connection, and a wrong guess denies the call";
const noHttp = "the proxy takes the store's protocol for broken HTTP";

// What is not here is fine.
const judgments: Readonly<Record<Need, Partial<Record<Treatment, Judgment>>>> = {
  grpc: {
    http: ["fail", "callers' proxies talk HTTP/1.1 to it, which gRPC does not survive"],
    tls: ["fail", noRule],
    tcp: ["fail", noRule],
    sniffed: ["warn", sniffing],
  },
  http: { tls: ["fail", noRoute], tcp: ["fail", noRoute], sniffed: ["warn", sniffing] },
  tcp: { http: ["fail", noHttp], http2: ["fail", noHttp] },
  talkative: {
    http: ["fail", noHttp],
    http2: ["fail", noHttp],
    sniffed: ["warn", "its server speaks first, and guessing waits for the client"],
  },
};

const declarations: Readonly<Record<Need, string>> = { grpc: "grpc", http: "http", tcp: "tcp", talkative: "tcp" };

/** The Services that the model calls have the ports of the policies, declared so that the rules apply. */
export function examinePorts({ services }: Facts, model: Model): Finding[] {
  const { platform } = model.options.namespaces;
  if (!("value" in services)) return [toUnknown("ports", `Services of ${platform}`, services)];
  const byName = new Map(services.value.map((service) => [service.metadata.name, service]));
  return demandsOf(model).map((demand) => examineDemand(demand, byName.get(demand.callee), platform));
}

function demandsOf(model: Model): Demand[] {
  const demands = new Map<string, Demand>();
  for (const call of model.calls) {
    // What an exception opens beside the model's ports is no port of a Service.
    if (call.kind === "port" && call.exception !== undefined && call.exception.toAnyone !== true) continue;
    const { callee, port } = call;
    demands.set(`${callee}:${port}`, { callee, port, need: needOf(model, callee, port) });
  }
  return [...demands.values()];
}

function needOf(model: Model, callee: Call["callee"], port: number): Need {
  if (!isStoreName(callee)) {
    return serviceOf(model, callee).ports.find((served) => served.port === port)?.appProtocol ?? "tcp";
  }
  const { protocol } = findStore(callee);
  if (protocol === "http") return "http";
  return protocol === "nats" ? "talkative" : "tcp";
}

function examineDemand({ callee, port, need }: Demand, service: Service | undefined, platform: string): Finding {
  const subject = `${callee}:${port}`;
  if (service === undefined) {
    const fix =
      "Nothing if it is not installed. A Service of another name cannot be examined: look at its port yourself.";
    return unknown(subject, `there is no Service ${callee} in ${platform}`, fix);
  }
  const ports = service.spec.ports ?? [];
  const index = ports.findIndex((candidate) => leadsTo(candidate, port));
  const found = ports[index];
  if (found === undefined) return noSuchPort(subject, port, ports);
  const judgment = judgments[need][treatmentOf(found)];
  const declared = describePort(found);
  if (judgment === undefined) return pass(subject, declared);
  const [verdict, effect] = judgment;
  const cause = `port ${found.port} has ${declared}: ${effect}`;
  const patch = JSON.stringify([{ op: "add", path: `/spec/ports/${index}/appProtocol`, value: declarations[need] }]);
  const fix = `Set appProtocol: ${declarations[need]} in its chart, or at once: kubectl -n ${platform} patch service ${callee} --type=json -p '${patch}'`;
  return (verdict === "fail" ? fail : warn)(subject, cause, fix);
}

// A name of a target port is resolved in the pod, which the platform's charts give the same number.
function leadsTo({ port, targetPort }: ServicePort, podPort: number): boolean {
  return typeof targetPort === "number" ? targetPort === podPort : port === podPort;
}

function noSuchPort(subject: string, port: number, ports: readonly ServicePort[]): Finding {
  const found = ports.map((one) => `${one.port} to ${one.targetPort ?? one.port} (${describePort(one)})`);
  return fail(
    subject,
    `no port of the Service leads to the pod port ${port} that the policy opens; found ${found.join(", ") || "none"}`,
    `Give the Service a port with targetPort ${port}: on any other one the policy denies its callers.`,
  );
}
