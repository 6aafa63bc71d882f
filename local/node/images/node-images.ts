import type { Engines } from "../../engines/prepare";
import { findEngine } from "../../engines/prepare";
import { findProgram } from "../host/programs";
import { busyBoxImage, coreDnsImage, pauseImage } from "./names";
import type { Image } from "./pack";
import type { LayerEntry } from "./layer";

/** Names under which the one program of BusyBox is called in small images. */
const applets = (
  "sh ash awk base64 basename cat chmod chown cp cut date dd df dirname du echo env expr false find free grep head hostname " +
  "httpd id ip kill ln ls mkdir mktemp mv nc netstat nslookup od ping printf ps pwd rm sed seq sha256sum sleep sort stat " +
  "tail tar tee telnet test timeout top touch tr true uname vi wc wget which xargs yes"
).split(" ");

/** BusyBox as a root file system: the program, a link for every applet, an empty writable folder for files of a moment. */
export function busyBoxEntries(program: string): readonly LayerEntry[] {
  return [
    { path: "bin", kind: "folder" },
    { path: "etc", kind: "folder" },
    { path: "tmp", kind: "folder", mode: 0o1777 },
    { path: "bin/busybox", kind: "file", from: program },
    ...applets.map((applet): LayerEntry => ({ path: `bin/${applet}`, kind: "link", to: "/bin/busybox" })),
    { path: "etc/passwd", kind: "text", text: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n" },
    { path: "etc/group", kind: "text", text: "root:x:0:\nnobody:x:65534:\n" },
  ];
}

/** The images without which no pod runs, and the one with a shell that small pods use. */
export function nodeImages(engines: Engines): readonly Image[] {
  const busybox = findProgram("busybox", process.env);
  const coredns = findEngine(engines, "coredns").path;
  return [
    {
      names: [pauseImage],
      entries: [{ path: "busybox", kind: "file", from: busybox }],
      entrypoint: ["/busybox", "sleep", "2147483647"],
    },
    { names: [coreDnsImage], entries: [{ path: "coredns", kind: "file", from: coredns }], entrypoint: ["/coredns"] },
    { names: [busyBoxImage], entries: busyBoxEntries(busybox), entrypoint: [], command: ["sh"] },
  ];
}
