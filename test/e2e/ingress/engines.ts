import { tryFindBinary, type Binary } from "../mesh/engines";

const traefik: Binary = { name: "traefik", variable: "AGYN_TRAEFIK", cached: "traefik/traefik" };
const certManager: Binary = {
  name: "cert-manager-controller",
  variable: "AGYN_CERT_MANAGER_CONTROLLER",
  cached: "cert-manager-controller/cert-manager-controller",
};
const chromium: Binary = { name: "chromium", variable: "AGYN_CHROMIUM", cached: "chromium/chromium" };

/** Looks for Traefik: AGYN_TRAEFIK, PATH, the engine cache. Throws when the explicit path is unusable. */
export const tryFindTraefik = () => tryFindBinary(traefik, process.env);

/** Looks for cert-manager's controller: AGYN_CERT_MANAGER_CONTROLLER, PATH, the engine cache. Throws likewise. */
export const tryFindCertManager = () => tryFindBinary(certManager, process.env);

/** Looks for a browser: AGYN_CHROMIUM, PATH, the engine cache. Throws likewise. */
export const tryFindChromium = () => tryFindBinary(chromium, process.env);
