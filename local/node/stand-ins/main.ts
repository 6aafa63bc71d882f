import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { certificateFiles } from "../../platform/certificates";
import { KubernetesApi } from "../../platform/kubernetes-api";
import { nodeAccess } from "../api-access";
import { nodeFolders } from "../folders";
import { LoadBalancer } from "./load-balancer";
import { actingLine } from "./process";
import { VolumeProvisioner } from "./volumes";

/** Milliseconds between two looks at the cluster. */
const pause = 1_000;

interface StandIn {
  /** Looks at the cluster once and does what is to do. */
  act(): Promise<void>;
}

function createStandIn(part: string | undefined, root: string): StandIn {
  const folders = nodeFolders(path.dirname(root));
  const api = new KubernetesApi(nodeAccess(folders, certificateFiles(folders.certificates).authority));
  if (part === "load-balancer") return new LoadBalancer(api);
  if (part === "volumes") return new VolumeProvisioner(api, folders.volumes);
  throw new Error(`no stand-in is called ${part}`);
}

async function main(root = "", part?: string): Promise<void> {
  const standIn = createStandIn(part, root);
  for (let acting = false; ; await sleep(pause)) {
    try {
      await standIn.act();
      if (!acting) console.log(actingLine);
      acting = true;
    } catch (error) {
      // The API server may be away for a moment; what could not be done is done at the next look.
      console.error(new Date().toISOString(), (error as Error).message);
    }
  }
}

void main(...process.argv.slice(2));
