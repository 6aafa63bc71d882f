import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import agynNetworking from "../../index";
import { projectRoot } from "./project-root";
import { recordDependencies } from "./registration-waits";

const project = "agyn-networking";
const secretSignature = "4dabf18193072939515e22adb298388d";

/** One resource as the program registered it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Logical name of the parent; undefined for the children of the stack. */
  readonly parent: string | undefined;
  /** Inputs in clear. */
  readonly inputs: Record<string, unknown>;
  /** Dotted paths of the inputs that were secret. */
  readonly secrets: readonly string[];
  /** Logical names of the resources it waits for beyond those its inputs come from. */
  readonly dependsOn: readonly string[];
  /**
   * `type::name` of everything the engine makes it wait for: what its inputs come from and its provider too, components by
   * their children.
   */
  readonly dependencies: readonly string[];
  /** Left where it is when the program lets go of it. */
  readonly retained: boolean;
  /** A replacement comes after the deletion, also one that a person asks for. */
  readonly deleteBeforeReplace: boolean;
  /** Properties whose changes are not looked at. */
  readonly ignored: readonly string[];
}

/** What only the program's own side of a registration tells. */
interface Placement {
  readonly parent: string | undefined;
  readonly dependsOn: readonly string[];
  readonly retained: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignored: readonly string[];
}

// Not part of the SDK's types: the logical name a resource was constructed with.
type Named = { readonly __name: string };

/** A whole program run under mocks. */
export interface Run {
  readonly registrations: readonly Registration[];
  readonly outputs: Record<string, unknown>;
}

/** Configuration as `pulumi.runtime.allConfig` has it: short keys, objects as values. */
export type StackConfig = Record<string, unknown>;

/** The configuration of a committed stack file, with encrypted values left out. */
export function readStackFile(stack: string): StackConfig {
  const document = parse(readFileSync(path.join(projectRoot, `Pulumi.${stack}.yaml`), "utf8")) as {
    config?: Record<string, unknown>;
  };
  const entries = Object.entries(document.config ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(`${project}:`, ""), value]));
}

/** What the controller answers when the program asks. Default: nothing is found. */
export interface Answers {
  readonly foreignGrants?: readonly object[];
  /** Certificate (PEM) that the controller issues for Ziti Management. */
  readonly certificate?: string;
  /** What the prober of the enforcement probe left as its last words. Default: it has not ended. */
  readonly probed?: string;
}

/** Runs the real program under closed mocks. Rejects with what the program throws. */
export async function registerProgram(
  stack: string,
  config: StackConfig,
  secretKeys: string[] = [],
  answers: Answers = {},
): Promise<Run> {
  const recorded: Registration[] = [];
  const outputs = await runProgram({ stack, config, secretKeys, answers }, recorded);
  return { registrations: recorded.sort(byTypeAndName), outputs };
}

/** Runs a program that is expected to fail. Returns the error and what it had registered by then. */
export async function registerFailing(stack: string, config: StackConfig, answers: Answers = {}) {
  const registrations: Registration[] = [];
  const error = await runProgram({ stack, config, secretKeys: [], answers }, registrations).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, registrations };
}

interface ProgramRun {
  readonly stack: string;
  readonly config: StackConfig;
  readonly secretKeys: string[];
  readonly answers: Answers;
}

async function runProgram({ stack, config, secretKeys, answers }: ProgramRun, recorded: Registration[]) {
  const placements = new Map<string, Placement>();
  let waits: ReadonlyMap<string, readonly string[]> = new Map();
  setConfig(config, secretKeys);
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const dependencies = waits.get(`${args.type}::${args.name}`) ?? [];
        recorded.push({ ...toRegistration(args, placements), dependencies });
        return { id: args.id || `${args.name}-id`, state: mockState(args, answers) };
      },
      call: (args) => {
        throw new Error(`the program called ${args.token}, which no mock answers`);
      },
    },
    project,
    stack,
    false,
  );
  waits = recordDependencies();
  return runInStack(placements);
}

async function runInStack(placements: Map<string, Placement>) {
  const stack = await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const parent = (opts.parent as Named | undefined)?.__name;
      const waits = [opts.dependsOn ?? []].flat() as unknown as Named[];
      placements.set(`${type}::${name}`, {
        ...{ parent, dependsOn: waits.map(({ __name }) => __name) },
        retained: opts.retainOnDelete === true,
        deleteBeforeReplace: (opts as pulumi.CustomResourceOptions).deleteBeforeReplace === true,
        ignored: (opts as pulumi.CustomResourceOptions).ignoreChanges ?? [],
      });
      return undefined;
    });
    return Promise.resolve(agynNetworking());
  });
  await pulumi.runtime.disconnect();
  return stack as unknown as Record<string, unknown>;
}

function setConfig(config: StackConfig, secretKeys: string[]): void {
  const entries = Object.entries(config).map(([key, value]) => {
    return [`${project}:${key}`, typeof value === "string" ? value : JSON.stringify(value)];
  });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries) as Record<string, string>,
    secretKeys.map((key) => `${project}:${key}`),
  );
}

const none: Placement = { parent: undefined, dependsOn: [], retained: false, deleteBeforeReplace: false, ignored: [] };

function toRegistration(
  { type, name, inputs }: pulumi.runtime.MockResourceArgs,
  placements: ReadonlyMap<string, Placement>,
): Omit<Registration, "dependencies"> {
  const secrets: string[] = [];
  const clear = reveal(inputs, "", secrets) as Record<string, unknown>;
  const placement = placements.get(`${type}::${name}`) ?? none;
  return { type, name, inputs: clear, secrets, ...placement };
}

/** Unwraps secrets, noting where they were. */
function reveal(value: unknown, at: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => reveal(item, `${at}[${index}]`, secrets));
  if (value === null || typeof value !== "object") return value;
  if (secretSignature in value) {
    secrets.push(at);
    return reveal((value as unknown as { value: unknown }).value, at, secrets);
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, reveal(item, at === "" ? key : `${at}.${key}`, secrets)]),
  );
}

// What the engines would add: generated values, and the metadata Kubernetes always answers with.
function mockState(
  { type, name, inputs }: pulumi.runtime.MockResourceArgs,
  { foreignGrants = [], certificate = "issued-certificate", probed }: Answers,
): Record<string, unknown> {
  const state = inputs as Record<string, unknown>;
  if (type === "random:index/randomPassword:RandomPassword") return { ...state, result: `generated-${name}` };
  if (type === "openziti:index:ForeignGrants") return { ...state, grants: foreignGrants };
  if (type === "openziti:index:EnrolledIdentity") {
    const issued = { certPem: certificate, keyPem: "issued-key", notAfter: "2030-01-01T00:00:00.000Z" };
    return { ...state, ...issued, name: `${state.namePrefix as string}-00000000` };
  }
  if (type === "openziti:index:EdgeRouter")
    return { ...state, enrollmentJwt: `jwt-${name}`, enrollmentExpiresAt: "2099-01-01T00:00:00Z" };
  if (type === "kubernetes:helm.sh/v3:Release") return { ...state, status: { namespace: state.namespace } };
  if (type === "kubernetes:core/v1:Pod") {
    const terminated = probed === undefined ? undefined : { message: probed };
    return { ...state, status: { podIP: "fd70::2", containerStatuses: [{ state: { terminated } }] } };
  }
  if (type === "kubernetes:core/v1:PersistentVolumeClaim") {
    return { ...state, metadata: { ...(state.metadata as object), uid: `uid-of-${name}` } };
  }
  if (name.endsWith("-trust-bundle")) return { ...state, data: { "ctrl-plane-cas.crt": "pem" } };
  return state;
}

function byTypeAndName(a: Registration, b: Registration): number {
  return `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`);
}

/** The only registration of a type (and name, where several are expected). Throws when there is none or more than one. */
export function findOne(run: Run, type: string, name?: string): Registration {
  const found = run.registrations.filter((one) => one.type === type && (name === undefined || one.name === name));
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) {
    throw new Error(`expected one ${type}${name === undefined ? "" : ` named ${name}`}, found ${found.length}`);
  }
  return only;
}

/** All registrations of a type. */
export function ofType(run: Run, type: string): readonly Registration[] {
  return run.registrations.filter((one) => one.type === type);
}
