/** A small program that waits for one release, as Pulumi's language host runs it; where to look is in its environment. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { watchReadiness } from "../../components/readiness-watch";
import { Secret } from "../../config/secret";

const kubeconfig = new Secret(process.env.WATCHED_KUBECONFIG);
watchReadiness({ kubeconfig, namespaces: ["istio-gateway"] }, { first: 200, interval: 200 });
const mesh = new pulumi.ComponentResource("test:index:Mesh", "mesh");
new k8s.helm.v3.Release(
  "mesh-gateway",
  { name: "istio-ingressgateway", chart: "gateway", namespace: "istio-gateway" },
  { parent: mesh },
);
