import { existsSync } from "node:fs";
import type { LocalContext } from "./context";
import { chooseGround, groundVariable, type Ground, type GroundRequest } from "./ground";
import { askKind } from "./kind/answers";
import { kindFolders } from "./kind/folders";
import { tryLoadCluster } from "./kind/record";

/** Looks at the state folder and, where it matters, asks kind; says in a line which ground it is, and why. Throws GroundError. */
export async function findGround(
  { folders, environment, terminal }: LocalContext,
  options: Omit<GroundRequest, "variable">,
): Promise<Ground> {
  const request = { ...options, variable: environment[groundVariable] };
  const state = {
    cluster: tryLoadCluster(kindFolders(folders.root)) !== undefined,
    engines: existsSync(folders.record),
  };
  const first = chooseGround(request, state);
  const choice = first === "ask" ? chooseGround(request, state, await askKind(environment)) : first;
  if (choice === "ask") throw new Error("a choice that depends on kind was not made with its answers");
  terminal.line(`Ground: ${choice.ground} (${choice.because})`);
  return choice.ground;
}
