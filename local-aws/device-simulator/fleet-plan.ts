/** What is wrong with a simulated device, so that every state of the product can be seen on a laptop. */
export type Quirk = "slow" | "silent" | "liar" | "refuses" | "flaps" | "never-reports";

export interface PlannedThing {
  readonly thingName: string;
  readonly thingType: ThingType;
  readonly site: string;
  readonly label: string;
  readonly intervalSeconds: number;
  /** The thing groups it belongs to. */
  readonly groups: readonly string[];
  readonly quirk?: Quirk;
}

export type ThingType = "pump" | "chiller" | "meter" | "gateway";

const INTERVAL_SECONDS: Readonly<Record<ThingType, number>> = { pump: 1, chiller: 2, meter: 5, gateway: 10 };

const SITES: Readonly<Record<string, Readonly<Record<ThingType, readonly string[]>>>> = {
  harbor: {
    pump: [
      "Intake 1",
      "Intake 2",
      "Intake 3",
      "Booster A",
      "Booster B",
      "Booster C",
      "Sludge return",
      "Backwash",
      "Transfer east",
      "Transfer west",
    ],
    chiller: ["Control room", "Server room"],
    meter: ["Main feeder", "Intake hall", "Booster hall", "Filter hall", "Workshop", "Offices", "Yard lights", "Spare feeder"],
    gateway: ["Intake hall", "Filter hall", "Offices"],
  },
  ridge: {
    pump: ["Glycol primary", "Glycol standby"],
    chiller: ["Cold room 1", "Cold room 2", "Cold room 3", "Cold room 4", "Blast freezer", "Dock 1", "Dock 2", "Ripening"],
    meter: ["Main feeder", "Compressors", "Docks", "Evaporators", "Lighting", "Offices", "Chargers"],
    gateway: ["Machine room", "Docks"],
  },
};

const QUIRKS: Readonly<Record<string, Quirk>> = {
  "ridge-chiller-04": "slow",
  "harbor-pump-07": "silent",
  "harbor-pump-09": "liar",
  "ridge-chiller-06": "refuses",
  "ridge-gateway-02": "flaps",
  "harbor-meter-08": "never-reports",
};

/** Thing groups, by how the places of their members begin. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  intake: ["Intake"],
  boosters: ["Booster"],
  "cold-rooms": ["Cold room", "Blast freezer", "Ripening"],
  docks: ["Dock"],
  feeders: ["Main feeder", "Spare feeder"],
};

const NOUNS: Readonly<Record<ThingType, string>> = { pump: "pump", chiller: "chiller", meter: "meter", gateway: "gateway" };

/** The demo's fleet: 42 things on two sites. */
export function planFleet(): readonly PlannedThing[] {
  return Object.entries(SITES).flatMap(([site, types]) =>
    (Object.entries(types) as [ThingType, readonly string[]][]).flatMap(([thingType, places]) =>
      places.map((place, index) => {
        const thingName = `${site}-${thingType}-${String(index + 1).padStart(2, "0")}`;
        const quirk = QUIRKS[thingName];
        return {
          thingName,
          thingType,
          site,
          label: `${place} ${NOUNS[thingType]}`,
          intervalSeconds: INTERVAL_SECONDS[thingType],
          groups: Object.keys(GROUPS).filter((group) => GROUPS[group]?.some((beginning) => place.startsWith(beginning))),
          ...(quirk === undefined ? {} : { quirk }),
        };
      }),
    ),
  );
}
