import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

const project = "agyn-networking";
const root = path.resolve(__dirname, "../../..");
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
  /** Whether the resource names a provider of its own or inherits its component's. */
  readonly explicitProvider: boolean;
}

/** A whole program run under mocks. */
export interface Run {
  readonly registrations: readonly Registration[];
  readonly outputs: Record<string, unknown>;
}

/** Configuration as `pulumi.runtime.allConfig` has it: short keys, objects as values. */
export type StackConfig = Record<string, unknown>;

/** The configuration of a committed stack file, with encrypted values left out. */
export function readStackFile(stack: string): StackConfig {
  const document = parse(readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    config?: Record<string, unknown>;
  };
  const entries = Object.entries(document.config ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(`${project}:`, ""), value]));
}

/** Runs the real program under closed mocks. Rejects with what the program throws. */
export async function registerProgram(stack: string, config: StackConfig, secretKeys: string[] = []): Promise<Run> {
  const recorded: Registration[] = [];
  const parents = new Map<string, { parent?: string; explicitProvider: boolean }>();
  setConfig(config, secretKeys);
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        recorded.push(toRegistration(args, parents));
        return { id: args.id ?? `${args.name}-id`, state: mockState(args) };
      },
      call: (args) => {
        throw new Error(`the program called ${args.token}, which no mock answers`);
      },
    },
    project,
    stack,
    false,
  );
  const outputs = await runInStack(parents);
  return { registrations: recorded.sort(byTypeAndName), outputs };
}

async function runInStack(parents: Map<string, { parent?: string; explicitProvider: boolean }>) {
  const program = (await import("../../index")).default as () => Record<string, unknown>;
  const stack = await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const { parent, provider } = opts as pulumi.CustomResourceOptions;
      const parentName = parent?.__name;
      parents.set(`${type}::${name}`, { parent: parentName, explicitProvider: provider !== undefined });
      return undefined;
    });
    return Promise.resolve(program());
  });
  await pulumi.runtime.disconnect();
  return plain(stack) as Record<string, unknown>;
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

function toRegistration(
  { type, name, inputs }: pulumi.runtime.MockResourceArgs,
  parents: ReadonlyMap<string, { parent?: string; explicitProvider: boolean }>,
): Registration {
  const secrets: string[] = [];
  const clear = reveal(inputs, "", secrets) as Record<string, unknown>;
  const { parent, explicitProvider } = parents.get(`${type}::${name}`) ?? { explicitProvider: false };
  return { type, name, parent, inputs: clear, secrets, explicitProvider };
}

/** Unwraps secrets, noting where they were. */
function reveal(value: unknown, at: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => reveal(item, `${at}[${index}]`, secrets));
  if (value === null || typeof value !== "object") return value;
  if (secretSignature in value) {
    secrets.push(at);
    return reveal((value as { value: unknown }).value, at, secrets);
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, reveal(item, at === "" ? key : `${at}.${key}`, secrets)]),
  );
}

// What the engines would add: generated values, and the metadata Kubernetes always answers with.
function mockState({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const state = inputs as Record<string, unknown>;
  if (type === "random:index/randomPassword:RandomPassword") return { ...state, result: `generated-${name}` };
  if (type === "openziti:index:EdgeRouter") return { ...state, enrollmentJwt: `jwt-${name}` };
  if (type === "kubernetes:helm.sh/v3:Release") return { ...state, status: { namespace: state.namespace } };
  if (name.endsWith("-trust-bundle")) return { ...state, data: { "ctrl-plane-cas.crt": "pem" } };
  return state;
}

function plain(stack: unknown): unknown {
  return stack;
}

function byTypeAndName(a: Registration, b: Registration): number {
  return `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`);
}
