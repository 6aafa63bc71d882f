const kept: readonly RegExp[] = [
  /^CustomResourceDefinition /,
  // The API server makes one for each group of a definition.
  /^APIService /,
  // istiod writes them into every namespace, and takes them out of none.
  /^ConfigMap \S+ istio-ca-(root-cert|crl)$/,
];

/** True for an object, named as an inventory does, that outlives the charts it came with; see docs/guides/uninstall.md. */
export function isKeptByCharts(name: string): boolean {
  return kept.some((pattern) => pattern.test(name));
}
