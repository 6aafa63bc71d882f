/*
 * What a destroy leaves in a cluster on purpose: other objects may use it, and whoever removes it removes them.
 */

// Charts keep their definitions; the API server has an APIService for each version of them.
const definitions =
  /^(CustomResourceDefinition [\w-]+|APIService v\w+)\.((\w+\.)?cert-manager\.io|(networking|security|telemetry|extensions)\.istio\.io)$/;
// istiod writes them into every namespace, and takes none of them along.
const authorities = /^ConfigMap \S+ istio-ca-(root-cert|crl)$/;

/** Whether an object of an inventory (`<kind> <namespace>? <name>`) stays when the stack goes. Pure. */
export function isKept(object: string): boolean {
  return definitions.test(object) || authorities.test(object);
}
