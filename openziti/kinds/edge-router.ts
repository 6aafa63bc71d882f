import { defineKind } from "./kind";
import { enrollmentOutputs, roleAttributes } from "./shared-fields";

const reEnroll = (id: unknown) => ({ path: `/edge-routers/${String(id)}/re-enroll` });

/** A router of the data plane. The token is shown until the router has enrolled. */
export const edgeRouter = defineKind({
  name: "EdgeRouter",
  collection: "edge-routers",
  description: "A router of the overlay's data plane.",
  fields: [
    roleAttributes({ shared: true }),
    {
      name: "isTunnelerEnabled",
      type: "boolean",
      default: false,
      description: "Gives the router an identity of the same id and name, so that it can dial and host.",
    },
    {
      name: "cost",
      type: "integer",
      default: 0,
      range: [0, 65535],
      description: "Added to every path through this router.",
    },
    {
      name: "volume",
      type: "string",
      default: "",
      isLocal: true,
      description:
        "Uid of the volume that keeps the router's identity. Another one has no identity: the router gets a new token (in a cluster: is made anew), and " +
        "whoever used the old one is let go. Empty: never.",
    },
    { name: "noTraversal", type: "boolean", default: false, description: "Never a hop between other routers." },
  ],
  outputs: [
    ...enrollmentOutputs((property) => [[`enrollment${property}`]]),
    { name: "isVerified", type: "boolean", from: [["isVerified"]], description: "True once the router has enrolled." },
  ],
  token: {
    usedOutput: "isVerified",
    renewal: ({ id, isVerified }) => (isVerified === true ? undefined : reEnroll(id)),
    isPerMember: true,
    bearer: { field: "volume", renewal: ({ id }) => reEnroll(id) },
  },
});
