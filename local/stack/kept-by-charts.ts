const kept: readonly RegExp[] = [
  // The API server has an APIService for each version of a group of definitions.
  /^(CustomResourceDefinition [\w-]+|APIService v\w+)\.((\w+\.)?cert-manager\.io|(networking|security|telemetry|extensions)\.istio\.io)$/,
  // istiod writes them into every namespace, and takes them out of none.
  /^ConfigMap \S+ istio-ca-(root-cert|crl)$/,
];

/** True for an object, named as an inventory does, that outlives the charts it came with; see docs/guides/uninstall.md. */
export function isKeptByCharts(name: string): boolean {
  return kept.some((pattern) => pattern.test(name));
}
