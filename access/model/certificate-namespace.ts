import type { ModelOptions } from "./options";

/** Where the certificates are: beside what serves them. Kubernetes Ingress is in the namespace of its backends. */
export function certificateNamespace({ options }: { readonly options: ModelOptions }): string {
  return options.ingress.provider === "ingress" ? options.namespaces.platform : options.namespaces.ingress;
}
