export { BulkBar } from "./bulk-bar";
export { InlineSwitch } from "./inline-switch";
export { RecentCommands } from "./recent-commands";
export { ThingControls } from "./thing-controls";
