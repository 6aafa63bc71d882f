/** Every chart and image version that the program installs. Nothing else pins one. */
export const versions = {
  /** Charts `base`, `istiod` and `gateway`; below 1.30.4 and 1.31.1 advisories weaken method-level policies. */
  istio: "1.31.4",
  certManager: "v1.21.2",
  trustManager: "v0.25.0",
  zitiController: "3.3.2",
  zitiRouter: "3.0.3",
  /** Image tag of controller and router: 2.0.3 closes the advisories of the earlier 2.0 releases. */
  openziti: "2.0.3",
  /** Image tag of the database of Ziti Management. Another major version does not read the volume of this one. */
  postgres: "17.12",
  /** Image tag of the pods that measure whether network policies are enforced. */
  busybox: "1.37.0",
} as const;
