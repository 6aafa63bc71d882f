/** The numbers of the first version in a text such as `v1.34.1+k3s1`, as `1.34.1`; undefined when there is none. */
export function tryFindVersion(text: string): string | undefined {
  return /(?<![\d.])\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/** Compares two versions of numbers and dots; parts that are missing count as zero. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [left, right] = [version, oldest].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
