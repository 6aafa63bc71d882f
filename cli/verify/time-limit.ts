import type { Unread } from "../../kubernetes/reading";

/** What a promise brings, or a reason when it takes longer than its limit (milliseconds). Its work may go on unheard. */
export async function withinTime<T>(what: string, milliseconds: number, work: Promise<T>): Promise<T | Unread> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Unread>((resolve) => {
    timer = setTimeout(
      () => resolve({ reason: `${what} did not answer within ${milliseconds / 1000} s` }),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
