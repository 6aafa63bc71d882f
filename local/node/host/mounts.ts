import { readFileSync } from "node:fs";
import { runProgram } from "./programs";

/** The mount points below a folder, innermost first, out of the text of `/proc/self/mountinfo`. */
export function mountsBelow(folder: string, mountinfo: string): readonly string[] {
  return mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4])
    .filter((point): point is string => point !== undefined)
    .map(unescape)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

/** The mount points below a folder on this machine. */
export function readMounts(folder: string): readonly string[] {
  return mountsBelow(folder, readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Takes every mount below a folder away, even one that is in use: its user ends with the node. */
export function unmountBelow(folder: string): void {
  for (const point of readMounts(folder)) runProgram("umount", ["--lazy", point]);
}

// The kernel writes blanks, tabs, line feeds and backslashes as three octal digits.
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
