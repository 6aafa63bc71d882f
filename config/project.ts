/** Name of the Pulumi project, as in Pulumi.yaml: the namespace of every key of its configuration. */
export const projectName = "agyn-networking";
