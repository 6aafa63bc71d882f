import { textOf } from "../values";
import { patienceMs, type Wait, waitUntil } from "./wait";

/** A router that is connected to the controller. */
export const onlineRouter: Wait = {
  name: "OnlineRouter",
  description:
    "An installed router that has enrolled and is connected to the controller. It is no object of the controller: it is made " +
    "by waiting.",
  inputs: {
    routerId: { type: "string", description: "Id of the `EdgeRouter`." },
    revision: { type: "integer", description: "Revision of the installation: another one is waited for anew." },
    look: { type: "string", description: "Command that shows why it is not online." },
  },
  required: ["routerId", "look"],
  until: (client, inputs) => {
    const id = textOf(inputs, "routerId");
    return waitUntil(
      client,
      async () => {
        const router = await client.tryGet("edge-routers", id);
        if (router === undefined) return "the controller does not know it.";
        if (router["isOnline"] === true) return undefined;
        return router["isVerified"] === true
          ? "it has enrolled and does not reach the controller's control plane."
          : "it has not enrolled: enrollment goes to the controller's public name, which has to lead to it inside of the cluster.";
      },
      (missing) =>
        `The router is installed and not online after ${patienceMs / 1000} s: ${missing} Look: ${textOf(inputs, "look")}. ` +
        `Running "pulumi up" again goes on from here.`,
    );
  },
};
