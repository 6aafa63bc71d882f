import { buildModel, type Model } from "../access/model/model";
import type { Settings } from "./settings";

/** The access model of one installation. Settings that were loaded are valid for it, extra callers included. */
export function loadModel(settings: Settings): Model {
  return buildModel(settings);
}
