import type { ThingsPage } from "@/lib/fleet/thing";

/** How many devices, in words: "1 device", "10,000 devices". */
export const deviceCount = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;

/** Words for a figure of the fleet; while the server still reads the fleet, they say that it is one of the things read so far. */
export const coveredWords = (words: string, isWhole: boolean): string => (isWhole ? words : `${words} so far`);

/** The size of a list in words. */
export const listCount = ({ totalCount, isWhole }: Pick<ThingsPage, "totalCount" | "isWhole">): string =>
  coveredWords(deviceCount(totalCount), isWhole);
