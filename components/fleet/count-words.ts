/** How many devices, in words: "1 device", "10,000 devices". */
export const deviceCount = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;
