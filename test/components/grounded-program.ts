/** A small program that looks whether its cluster has what it needs, as Pulumi's language host runs it. */
import * as k8s from "@pulumi/kubernetes";
import { checkGround } from "../../components/ground-check";
import { Secret } from "../../config/secret";

checkGround({ kubeconfig: new Secret(process.env.WATCHED_KUBECONFIG), needs: { volumes: {}, balancer: true } }, 3_000);
new k8s.helm.v3.Release("mesh-gateway", { name: "istio-ingressgateway", chart: "gateway", namespace: "istio-gateway" });
