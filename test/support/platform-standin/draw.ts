import type { Caller } from "../../../access/model/caller";
import { callersOf } from "../../../access/answers/queries";
import { roles, type RoleName } from "../../../access/platform/overlay";
import type { HeaderState } from "../../../access/platform/patterns";
import { rpcs, shortName, type Rpc } from "../../../access/platform/rpcs";
import { storeNames, type Service } from "../../../access/platform/services";
import { explain } from "../../../access/answers/decide";
import { overlayTargets } from "../../../access/answers/overlay-policies";
import { findClient, findTarget } from "../../../cli/explain/ends";
import { Draw } from "../../e2e/mesh/draw";
import type { Installation } from "./installation";
import { expectOn, type DrawnRequest, type Ground } from "./request";
import { standinWorkloads, undeclaredPort, type Workload } from "./workloads";

/** The ground on which everything is enforced. */
export const everyLayer: Ground = new Set(["DNS", "ingress", "overlay", "network policies", "mesh"]);

type Question = Pick<DrawnRequest, "layer" | "from" | "to" | "url" | "header">;

/** Draws requests of one installation: a seed determines them. Every verdict is asked from `explain`. */
class Drawing {
  private readonly draw: Draw;
  private readonly workloads: readonly Workload[];
  private readonly callers: readonly string[];

  constructor(
    private readonly installation: Installation,
    seed: number,
  ) {
    this.draw = new Draw(seed);
    this.workloads = standinWorkloads(installation.model);
    const own = this.workloads.filter(({ kind }) => kind !== "stranger" && kind !== "device");
    this.callers = own.map(({ caller }) => caller);
  }

  all(): readonly DrawnRequest[] {
    const { model } = this.installation;
    const questions = [
      ...this.browsers(),
      ...rpcs.filter(({ transport }) => transport === "mesh").flatMap((rpc) => this.callsOf(rpc)),
      ...model.services.flatMap((service) => this.portsOf(service)),
      ...storeNames.flatMap((name) => this.usersOf(name)),
      ...this.dials(),
      ...this.lookups(),
      ...this.strangers(),
    ];
    return [...new Map(questions.map((one) => [JSON.stringify(one), one])).values()].map((one) => this.ask(one));
  }

  private ask(question: Question): DrawnRequest {
    const { model } = this.installation;
    const explanation = explain(model, findClient(model, question.from), findTarget(model, question.to));
    const expectation = expectOn(everyLayer, { ...question, explanation });
    return { ...question, explanation, expected: "arrives" in expectation && expectation.arrives };
  }

  private get state(): HeaderState {
    return this.draw.one(["present", "absent"] as const);
  }

  private callerOf(caller: Caller): string {
    if (caller.kind === "anyone") throw new Error("the drawn installation opens nothing to anyone");
    const { namespace, serviceAccount } = caller.principal;
    const found = this.workloads.find((one) => one.namespace === namespace && one.serviceAccount === serviceAccount);
    return found?.caller ?? `${namespace}/${serviceAccount}`;
  }

  /** Every public route, and a host of its own for each service: most have none. */
  private browsers(): Question[] {
    const { model } = this.installation;
    const { domain, ingress } = model.options;
    const at = (host: string, path: string) =>
      `https://${host}${ingress.port === 443 ? "" : `:${ingress.port}`}${path}`;
    const routed = model.exposures.flatMap(({ host, routes }) =>
      routes.map(({ backend, port, match }) => ({ to: `${backend}:${port}`, url: at(host, match.path) })),
    );
    const own = model.services.map(({ name }) => ({ to: name, url: at(`${name}.${domain}`, "/") }));
    const hidden = own.filter(({ to }) => !routed.some((route) => route.to.startsWith(`${to}:`)));
    return [...routed, ...hidden].map((one) => ({ layer: "browser host", from: "public", ...one }));
  }

  /** Each RPC from every kind of permitted header, from one that may call it, and from one that may not. */
  private callsOf(rpc: Rpc): Question[] {
    const { model } = this.installation;
    const permitted = [...new Set(callersOf(model, rpc).map(({ caller }) => this.callerOf(caller)))];
    const others = this.callers.filter((caller) => !permitted.includes(caller));
    const to = shortName(rpc);
    const question = (from: string, header: HeaderState) => ({ layer: "RPC", from, to, header }) as const;
    const isGuarded = callersOf(model, rpc).some((call) => call.kind === "rpc" && call.identityHeader !== undefined);
    const own = isGuarded
      ? permitted.flatMap((from) => (["present", "absent"] as const).map((state) => question(from, state)))
      : permitted.length > 0
        ? [question(this.draw.one(permitted), this.state)]
        : [];
    return [...own, question(this.draw.one(others), this.state)];
  }

  /** A service's HTTP ports from everyone who may use them and from another; a port that nothing declares from both. */
  private portsOf({ name, ports }: Service): Question[] {
    const users = (port?: number) => this.usersAt(name, port);
    const question = (from: string, port: number) => ({ layer: "port", from, to: `${name}:${port}` }) as const;
    const others = this.callers.filter((caller) => !users().includes(caller) && caller !== name);
    const http = ports.filter((port) => port.appProtocol === "http");
    const known = users().length > 0 ? [this.draw.one(users())] : [];
    return [
      ...http.flatMap(({ port }) => [...users(port), this.draw.one(others)].map((from) => question(from, port))),
      ...[...known, this.draw.one(others)].map((from) => question(from, undeclaredPort)),
    ];
  }

  /** Every user of a store, and as many that are none. */
  private usersOf(store: string): Question[] {
    const users = this.usersAt(store);
    const others = this.callers.filter((caller) => !users.includes(caller) && caller !== store);
    const drawn = users.map(() => this.draw.one(others));
    return [...users, ...drawn].map((from) => ({ layer: "store", from, to: store }));
  }

  private usersAt(callee: string, port?: number): string[] {
    const { calls } = this.installation.model;
    const own = calls.filter((call) => call.callee === callee && (port === undefined || call.port === port));
    return [...new Set(own.map(({ caller }) => this.callerOf(caller)))];
  }

  /** Every role of the overlay on everything that is hosted there, and the RPCs that are served there alone. */
  private dials(): Question[] {
    const { model } = this.installation;
    const targets = [...new Set(model.overlay.policies.flatMap(overlayTargets))];
    const identities = (Object.keys(roles) as RoleName[]).filter((name) => roles[name].kind === "identity");
    const direct = identities.flatMap((role) => targets.map((to) => ({ from: `#${role}`, to })));
    const served = rpcs
      .filter(({ transport }) => transport === "overlay")
      .flatMap((rpc) =>
        ["agents-orchestrator", this.draw.one(this.callers)].map((from) => ({ from, to: shortName(rpc) })),
      );
    return [...direct, ...served].map((one) => ({ layer: "overlay dial", ...one }));
  }

  /** The name of each workload and store from somewhere in the platform, and some name from each stranger. */
  private lookups(): Question[] {
    const names = this.workloads.filter(({ kind }) => kind === "service" || kind === "store").map(({ name }) => name);
    const strangers = this.workloads.filter(({ kind }) => kind === "stranger" || kind === "agent");
    return [
      ...names.map((to) => ({ from: this.draw.one(this.callers), to })),
      ...strangers.map(({ caller }) => ({ from: caller, to: this.draw.one(names) })),
    ].map((one) => ({ layer: "DNS", ...one }));
  }

  /** Everyone whom the model does not know, on every workload and store: an RPC of it where it has some. */
  private strangers(): Question[] {
    const { services } = this.installation.model;
    const strangers = this.workloads.filter(({ kind }) => kind === "stranger" || kind === "agent");
    const targets = [...services.map(({ name, ports }) => ({ name, port: ports[0]?.port ?? undeclaredPort }))];
    return strangers.flatMap(({ caller: from }) => [
      ...targets.map(({ name, port }) => {
        const own = rpcs.filter(({ service, transport }) => service === name && transport === "mesh");
        const rpc = own.length > 0 ? this.draw.one(own) : undefined;
        const to = rpc === undefined ? `${name}:${port}` : shortName(rpc);
        return { layer: "stranger", from, to, ...(rpc && { header: this.state }) } as const;
      }),
      ...storeNames.map((to) => ({ layer: "stranger", from, to }) as const),
    ]);
  }
}

/** Requests over every layer of an installation, bounded and determined by the seed, each with the verdict of `explain`. */
export function drawRequests(installation: Installation, seed: number): readonly DrawnRequest[] {
  return new Drawing(installation, seed).all();
}
