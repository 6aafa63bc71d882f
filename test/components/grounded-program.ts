/** A small program that looks whether its cluster has what it needs, as Pulumi's language host runs it. */
import { checkGround } from "../../components/ground-check";
import { Secret } from "../../config/secret";

checkGround({ kubeconfig: new Secret(process.env.WATCHED_KUBECONFIG), needs: { volumes: {}, balancer: true } }, 5_000);
