import * as pulumi from "@pulumi/pulumi";
import { projectName } from "../../../config/project";
import { kindOfType, lastWord } from "../../../local/stack/urn";
import { secretPlaceholder, type OfflineObject } from "./object";
import { withPlaceholders, type OfflineStack } from "./stack";

// How the SDK marks a secret on the wire.
const secretSignature = "4dabf18193072939515e22adb298388d";

function withoutSecrets(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, isSecret));
  if (value === null || typeof value !== "object") return isSecret ? secretPlaceholder : value;
  if (secretSignature in value) return withoutSecrets((value as unknown as { value: unknown }).value, true);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, isSecret)]));
}

const measured = { terminated: { message: "allowed=open ingress=closed egress=closed" } };

// What engines would answer and the program reads: a generated password, a router's token, the controller's authority.
function stateOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const state = inputs as Record<string, unknown>;
  if (type === "random:index/randomPassword:RandomPassword") return { ...state, result: secretPlaceholder };
  if (type === "openziti:index:ForeignGrants") return { ...state, grants: [] };
  if (type === "openziti:index:EnrolledIdentity") {
    return { ...state, certPem: secretPlaceholder, keyPem: secretPlaceholder, notAfter: secretPlaceholder };
  }
  if (type === "openziti:index:EdgeRouter") return { ...state, enrollmentJwt: secretPlaceholder };
  if (type === "kubernetes:helm.sh/v3:Release") return { ...state, status: { namespace: state.namespace } };
  // Nothing is measured offline, and what is required of the measurement is no fault of the objects.
  if (type === "kubernetes:core/v1:Pod") return { ...state, status: { containerStatuses: [{ state: measured }] } };
  if (name.endsWith("-trust-bundle")) return { ...state, data: { "ctrl-plane-cas.crt": secretPlaceholder } };
  return state;
}

function recordComponents(): ReadonlyMap<string, string> {
  const components = new Map<pulumi.Resource, string>();
  const byName = new Map<string, string>();
  pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
    const above = opts.parent && components.get(opts.parent);
    const own = resource instanceof pulumi.ComponentResource ? lastWord(type) : "stack";
    components.set(resource, above ?? own);
    byName.set(`${type}::${name}`, above ?? own);
    return undefined;
  });
  return byName;
}

// Components, providers and what is only read are no objects of the stack.
function isObject(type: string, id: string | undefined): boolean {
  return !type.startsWith("agyn:") && !type.startsWith("pulumi:") && (id === undefined || id === "");
}

/**
 * Runs the real program for a stack and returns every object it registers, sorted. Pulumi's mocks are global to the
 * process: one run at a time. Rejects with what the program throws.
 */
export async function registerObjects({ settings, name: stack }: OfflineStack): Promise<readonly OfflineObject[]> {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        registered.push(args);
        return { id: args.id || `${args.name}-id`, state: stateOf(args) };
      },
      call: ({ token }) => {
        throw new Error(`the program asks ${token}, which nothing answers offline`);
      },
    },
    projectName,
    stack,
    false,
  );
  const { default: program } = await import("../../../index.js");
  let components: ReadonlyMap<string, string> = new Map();
  await pulumi.runtime.runInPulumiStack(() => {
    components = recordComponents();
    return Promise.resolve(program(withPlaceholders(settings)));
  });
  await pulumi.runtime.disconnect();
  return registered
    .filter(({ type, id }) => isObject(type, id))
    .map(({ type, name, inputs }) => ({
      component: components.get(`${type}::${name}`) ?? "stack",
      type,
      kind: kindOfType(type),
      name,
      inputs: withoutSecrets(inputs) as Record<string, unknown>,
    }))
    .sort((left, right) =>
      `${left.component} ${left.type} ${left.name}` < `${right.component} ${right.type} ${right.name}` ? -1 : 1,
    );
}
