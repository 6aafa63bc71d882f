import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { enginesFolder, type Environment } from "../../engines/folders";
import { runProgram, tryFindProgram } from "../host/programs";

/** The bases that are systems of their own, and what they hold beside the smallest Debian. */
const debianBases = {
  debian: ["bash", "ca-certificates", "curl", "iproute2", "iptables", "jq", "openssl"],
  postgres: ["postgresql"],
} as const;

/** A base that debootstrap makes. */
type DebianBase = keyof typeof debianBases;

const release = "/etc/os-release";
const defaultMirror = "http://deb.debian.org/debian/";

/**
 * The folder of a base: made once with debootstrap from the machine's own release and mirror, then kept beside the
 * engines. Undefined where there is no debootstrap. Throws NodeError when it fails.
 */
export function tryProvideBase(
  base: DebianBase,
  environment: Environment,
  onStep: (what: string) => void,
): string | undefined {
  const suite = readSuite(existsSync(release) ? readFileSync(release, "utf8") : "");
  const folder = path.join(enginesFolder(environment), `image-base-${base}-${suite}`);
  if (existsSync(folder)) return folder;
  if (tryFindProgram("debootstrap", environment) === undefined) return undefined;
  onStep(`making the base ${base} with debootstrap`);
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    const packages = `--include=${debianBases[base].join(",")}`;
    runProgram("debootstrap", ["--variant=minbase", packages, suite, partial, readMirror()]);
    for (const cache of ["var/cache/apt", "var/lib/apt/lists"]) {
      rmSync(path.join(partial, cache), { recursive: true, force: true });
    }
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** The name of the Debian release in the text of `/etc/os-release`; `stable` where it is another system. */
function readSuite(osRelease: string): string {
  const debian = /^ID=debian$/m.test(osRelease);
  return (debian ? /^VERSION_CODENAME=(\w+)$/m.exec(osRelease)?.[1] : undefined) ?? "stable";
}

// Where the machine's own packages come from: that is reachable.
function readMirror(): string {
  if (tryFindProgram("apt-get", process.env) === undefined) return defaultMirror;
  const listed = runProgram("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  return listed.split("\n").find((line) => line.startsWith("http")) ?? defaultMirror;
}
