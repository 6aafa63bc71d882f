import { permissionsOf } from "../../../access/answers/facts/permissions";
import { decide } from "../../../access/answers/decide";
import { dialRoleOf } from "../../../access/answers/overlay-layer";
import { knownClients, knownTargets, whatCan, whoCan } from "../../../access/answers/lists";
import type { Client, Target } from "../../../access/answers/client";
import { isServiceName, isStoreName } from "../../../access/platform/services";
import type { Model } from "../../../access/model/model";
import { toLayers } from "../../../cli/report/to-layers";
import { toRpcRows } from "../../../cli/report/to-report";
import type { Oracle } from "./oracle";

/** Every answer that says who may use what, each by the same question: may this client use this target? */
export const answerNames = ["explain", "who-can", "what-can", "diff", "report"] as const;

/** One of them. */
export type AnswerName = (typeof answerNames)[number];

/** Two that do not agree. */
export interface Disagreement {
  readonly answer: AnswerName;
  readonly client: string;
  readonly target: string;
  readonly says: boolean;
}

/** How many comparisons were made, and those that failed. */
export interface Agreement {
  readonly comparisons: number;
  readonly disagreements: readonly Disagreement[];
}

function serviceOf(target: Target): string {
  if (target.kind === "rpc") return target.rpc.service;
  return target.kind === "port" ? target.callee : target.title;
}

const isRpcOf = (service: string, name: string) =>
  name.startsWith(`${service}.`) && /^[A-Za-z]+$/.test(name.slice(service.length + 1));

// How a list names a target: an RPC by itself or by the whole port, a port also by its RPCs, a name on the overlay.
// Holders of a role dial a service whatever its port; a port of pods is asked for in the mesh.
function names(what: string, target: Target, byRole: boolean): boolean {
  const bare = what.replace(/ \(.*\)$/, "");
  if (bare === target.title) return true;
  const service = serviceOf(target);
  if (target.kind === "rpc") {
    return (
      bare === `${service}:${target.port}` ||
      (byRole && bare === service) ||
      (target.rpc.transport === "overlay" && bare === "#runner-services")
    );
  }
  if (target.kind !== "port") return false;
  if (bare === service) return byRole;
  if (isRpcOf(service, bare)) return target.port === undefined || target.port === 50051;
  return bare.startsWith(`${service}:`) && target.port === undefined;
}

// Who holds a role is also named by it.
function rolesOf(client: Client): readonly string[] {
  const role = dialRoleOf(client);
  return role === undefined ? [] : [`#${role}`];
}

/** A statement of an answer: this client may use this target. */
interface Statement {
  readonly who: string;
  readonly what: string;
}

function statementsOf(model: Model): Readonly<Record<"diff" | "report", readonly Statement[]>> {
  const facts = permissionsOf(model).filter(
    ({ area, action }) => ["calls", "overlay"].includes(area) && action !== "host",
  );
  const routes = permissionsOf(model).filter(({ area }) => area === "public");
  const hosts = routes.flatMap(({ target }) => {
    const [, service, host] = /^(\S+) at https:\/\/([^/]+)/.exec(target) ?? [];
    const passed = /^the overlay's \S+ at ([^,]+),/.exec(target)?.[1];
    return [...(service ? [service] : []), ...(host ? [host] : []), ...(passed ? [passed] : [])];
  });
  const layers = toLayers(model);
  const layer = (id: string) => layers.find((one) => one.id === id)?.edges ?? [];
  return {
    diff: [
      ...facts.map(({ subject, target }) => ({ who: subject, what: target })),
      ...hosts.map((what) => ({ who: "the public", what })),
    ],
    report: [
      ...toRpcRows(model).flatMap(({ service, method, callers }) =>
        callers.map(({ name }) => ({ who: name, what: `${service}.${method}` })),
      ),
      ...layer("mesh").flatMap(({ from, to, label }) =>
        [...label.matchAll(/port (\d+)/g)].map(([, port]) => ({ who: from, what: `${to}:${port}` })),
      ),
      ...layer("overlay")
        .filter(({ label }) => label.startsWith("dial"))
        .map(({ from, to }) => ({ who: from, what: to })),
      ...layer("ingress").flatMap(({ from, to }) => [from, to].map((what) => ({ who: "the public", what }))),
    ],
  };
}

/** Which targets each name in an answer may use. */
type Told = ReadonlyMap<string, ReadonlySet<string>>;

function tell(statements: readonly Statement[], targets: readonly Target[]): Told {
  const named = new Map<string, readonly string[]>();
  const told = new Map<string, Set<string>>();
  for (const { who, what } of statements) {
    const byRole = who.startsWith("#");
    const key = `${what} ${byRole}`;
    const titles = named.get(key) ?? targets.filter((target) => names(what, target, byRole)).map(({ title }) => title);
    named.set(key, titles);
    const own = told.get(who) ?? new Set();
    told.set(who, own);
    titles.forEach((title) => own.add(title));
  }
  return told;
}

// A port that only the rendered objects know is asked about too: an answer may have left it out.
function withPorts(targets: readonly Target[], ports: readonly string[]): readonly Target[] {
  const known = new Set(targets.map(({ title }) => title));
  const added = ports.flatMap((title): Target[] => {
    const [callee = "", port] = title.split(":");
    if (known.has(title) || !(isServiceName(callee) || isStoreName(callee))) return [];
    return [{ kind: "port", title, callee, port: Number(port) }];
  });
  return [...targets, ...added];
}

/** What each answer says, ready to be asked about one pair. */
export class Answers {
  readonly clients: readonly Client[];
  readonly targets: readonly Target[];
  private readonly strangers: ReadonlySet<string>;
  private readonly told: Readonly<Record<Exclude<AnswerName, "explain">, Told>>;

  constructor(
    private readonly model: Model,
    renderedPorts: readonly string[],
  ) {
    this.clients = knownClients(model);
    this.targets = withPorts(knownTargets(model), renderedPorts);
    this.strangers = new Set(this.clients.map(({ title }) => title));
    const { diff, report } = statementsOf(model);
    const who = new Map<string, Set<string>>();
    for (const target of this.targets) {
      for (const grant of whoCan(model, target))
        who.set(grant.who, (who.get(grant.who) ?? new Set()).add(target.title));
    }
    const what = this.clients.flatMap((client) =>
      whatCan(model, client).map((grant) => ({ who: client.title, what: grant.what })),
    );
    this.told = {
      "who-can": who,
      "what-can": tell(what, this.targets),
      diff: tell(diff, this.targets),
      report: tell(report, this.targets),
    };
  }

  says(answer: AnswerName, client: Client, target: Target): boolean {
    if (answer === "explain") return decide(this.model, client, target).permitted;
    const told = this.told[answer];
    return this.namesOf(client, target).some((name) => told.get(name)?.has(target.title) === true);
  }

  /** The one state of the identity header that `explain` names as a condition. */
  condition(client: Client, target: Target): string | undefined {
    return decide(this.model, client, target).layers.find(({ layer }) => layer === "mesh")?.identityHeader;
  }

  // A client is named by itself, by a role that it holds, or as one of everyone.
  private namesOf(client: Client, target: Target): readonly string[] {
    if (client.kind !== "pods") return [client.title];
    const isOnOverlay = target.kind === "port" ? target.port === undefined : target.kind !== "host";
    const namespace = client.pods?.namespace ?? "";
    const everyone = this.strangers.has(`any pod of ${namespace}`)
      ? `any pod of ${namespace}`
      : "any pod of another namespace";
    return [client.title, "anyone", everyone, ...(isOnOverlay ? rolesOf(client) : [])];
  }
}

/** Whether an answer speaks of a pair at all: lists of edges do not follow pods to a public host, or packets. */
function speaksOf(answer: AnswerName, client: Client, target: Target): boolean {
  if (answer !== "diff" && answer !== "report") return true;
  if (target.kind === "host") return client.kind === "public";
  return client.kind !== "public";
}

/** Compares every answer with the oracle for every pair. Stops after `limit` disagreements. */
export function compare(answers: Answers, oracle: Oracle, limit = Infinity): Agreement {
  const disagreements: Disagreement[] = [];
  let comparisons = 0;
  for (const client of answers.clients) {
    for (const target of answers.targets) {
      const { arrives, header } = oracle.judge(client.title, target.title);
      if (arrives && target.kind === "rpc" && answers.condition(client, target) !== header) {
        disagreements.push({
          answer: "explain",
          client: client.title,
          target: target.title,
          says: header === undefined,
        });
      }
      for (const answer of answerNames.filter((name) => speaksOf(name, client, target))) {
        comparisons++;
        const says = answers.says(answer, client, target);
        if (says === arrives) continue;
        disagreements.push({ answer, client: client.title, target: target.title, says });
        if (disagreements.length >= limit) return { comparisons, disagreements };
      }
    }
  }
  return { comparisons, disagreements };
}
