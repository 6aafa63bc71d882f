import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ControllerDouble } from "../../../local/doubles/controller/controller-double";
import type { ContractTarget } from "../../support/contract-api";
import { startTestDouble, toContractTarget } from "../../support/contract-double";
import { startRealController, tryFindZiti } from "../../support/real-controller";

/** A controller that can be ended and started again with its data. */
export interface Restartable extends ContractTarget {
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The controllers that faults are tried on, by what they are; undefined where one is not found. */
export const controllers: readonly (readonly [what: string, start: () => Promise<Restartable | undefined>])[] = [
  ["the double", startRestartableDouble],
  ["the real controller", tryStartRealController],
];

async function tryStartRealController(): Promise<Restartable | undefined> {
  const ziti = await tryFindZiti();
  return ziti === undefined ? undefined : startRealController(ziti);
}

async function startRestartableDouble(): Promise<Restartable> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-double-"));
  const stateFile = path.join(folder, "state.json");
  let double: ControllerDouble = await startTestDouble({ stateFile });
  const port = Number(new URL(double.url).port);
  const stop = async () => {
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const restart = async () => void (double = await startTestDouble({ stateFile, port }));
  return { ...toContractTarget(double), kill: () => double.close(), restart, stop };
}
