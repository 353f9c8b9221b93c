/** What the benches run: so many keys or, as the floor under them, so many resources that do nothing. */
import { readFileSync } from "node:fs";
import type { Make, ProgramSettings } from "../programSettings.ts";

const settings: ProgramSettings = JSON.parse(readFileSync("program.json", "utf8"));
const { door, count } = settings;
const { make }: { make: Make } = await (door === "dynamic" ? import("./dynamic.ts") : import("./native.ts"));

for (let index = 0; index < count; index++) make(settings, index, `resource-${index}`);
