import type { ThingsPage } from "@/lib/fleet/thing";

/** How many devices, in words: "1 device", "10,000 devices". */
export const deviceCount = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;

/** The size of a list in words; of a fleet that the server still reads, what is read so far. */
export const listCount = ({ totalCount, isWhole }: Pick<ThingsPage, "totalCount" | "isWhole">): string =>
  isWhole ? deviceCount(totalCount) : `${deviceCount(totalCount)} so far`;
