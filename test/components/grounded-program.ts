/** A small program that looks whether its cluster has what it needs, as Pulumi's language host runs it. */
import { checkGround } from "../../components/ground-check";
import { Secret } from "../../config/secret";

const needs = {
  volumes: {},
  balancer: true,
  controlPlanes: { namespace: "istio-system", kept: ["1-31-4", "1-30-8"] },
};
checkGround(
  { kubeconfig: new Secret(process.env.WATCHED_KUBECONFIG), needs },
  Number(process.env.LOOK_LIMIT ?? 30_000),
);
