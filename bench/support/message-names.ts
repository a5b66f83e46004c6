export const FIRST_DEVICE = 10_000;
export const FIRST_SEQUENCE = 10_000_000;

/** The thing a device number stands for. */
export const benchThingName = (device: number): string => `pump-${FIRST_DEVICE + device}`;
