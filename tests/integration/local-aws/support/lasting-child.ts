import { writeFileSync } from "node:fs";

/** Lives until it is told to end, and leaves word that it was told. */
const [endedFile = ""] = process.argv.slice(2);
process.on("SIGTERM", () => {
  writeFileSync(endedFile, "in order");
  process.exit(0);
});
setInterval(() => undefined, 60_000);
process.stdout.write(`${process.pid}\n`);
