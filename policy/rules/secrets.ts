import { at, leavesOf, listAt, textAt, type Leaf } from "../read";
import { kindOf, type Resource, type Rule } from "../rule";

const privateKey = /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/;
const token = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/;
const address = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i;
const shapes: readonly (readonly [RegExp, string])[] = [
  [privateKey, "a private key"],
  [token, "a signed token"],
  [address, "an address with a password"],
];

const secretWord = /(^|[_.-]|[a-z](?=[A-Z]))(password|passwd|secret|token|api_?key|private_?key|credentials?)$/i;
// What only names a secret: a file, the name of an object, a switch.
const isReference = (value: string) => value === "" || /^(\/|\.\/|true$|false$|https?:\/\/[^@]*$)/.test(value);

function describeShapes({ path, value }: Leaf): string[] {
  if (typeof value !== "string") return [];
  return shapes.filter(([shape]) => shape.test(value)).map(([, what]) => `holds ${what} in ${path.join(".")}`);
}

function namesSecret(name: string): boolean {
  return secretWord.test(name);
}

function plainVariables({ props }: Resource): string[] {
  const spec = at(props, "spec.template.spec") ?? at(props, "spec");
  return [...listAt(spec, "containers"), ...listAt(spec, "initContainers")]
    .flatMap((container) => listAt(container, "env"))
    .filter((variable) => namesSecret(textAt(variable, "name")) && !isReference(textAt(variable, "value")))
    .map((variable) => `gives the variable ${textAt(variable, "name")} as plain text`);
}

// Values of charts and data of ConfigMaps: the name of the field is what tells.
function plainFields(root: unknown): string[] {
  return leavesOf(root)
    .filter(({ path, value }) => typeof value === "string" && namesSecret(path.at(-1) ?? "") && !isReference(value))
    .map(({ path }) => `holds ${path.join(".")} as plain text`);
}

function validate(resource: Resource): string[] {
  const kind = kindOf(resource);
  if (kind === "" || kind === "Secret") return [];
  const fields = {
    ConfigMap: [at(resource.props, "data")],
    Release: [at(resource.props, "values")],
  }[kind];
  return [
    ...leavesOf(resource.props).flatMap(describeShapes),
    ...plainVariables(resource),
    ...(fields ?? []).flatMap(plainFields),
  ];
}

/** Secrets are in Secrets. What is found is named by its place and never quoted. */
export const noPlaintextSecret: Rule = {
  name: "no-plaintext-secret",
  description: "Keys, tokens and passwords are in Secrets, and everything else refers to them.",
  fix: "Put it into a Secret and refer to that, with secretKeyRef or a mounted file.",
  validate,
};
