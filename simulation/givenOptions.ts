/** What an option of the simulation is called, takes and means. */
interface Described {
  /** How its value is called; absent where it takes none. */
  readonly value?: string;
  readonly help: string;
  /** What it is where it is not given. */
  readonly default?: string;
}

/** The options of the simulation: what the provider says about a policy is told in these names. */
export const OPTIONS = {
  kind: { value: "type", help: "the type of the resource", default: "aws:RotatingAccessKey" },
  every: { value: "duration", help: "rotate.every: the age at which a key is due", default: "30d" },
  lead: { value: "duration", help: "rotate.lead: how long before that age a key is already due" },
  jitter: { value: "duration", help: "rotate.jitter: how much earlier still, at most" },
  overlap: { value: "duration", help: "overlap: how long the previous key keeps working", default: "7d" },
  grace: {
    value: "duration",
    help: "retire.grace: how long the key is inactive before it is deleted, on AWS",
    default: "3d",
  },
  "unless-used-within": {
    value: "duration",
    help: "retire.unlessUsedWithin: a key that was used within this time stays",
  },
  "once-current-used": {
    help: "retire.onceCurrentUsed: a key stays until the key that replaced it was used",
  },
  "expiry-margin": {
    value: "duration",
    help: "expiryMargin: how long after its policy a key expires, for API keys",
  },
  "window-days": { value: "days", help: 'rotate.window.days, such as "tue,wed"' },
  "window-hours": { value: "hours", help: 'rotate.window.hours, such as "09:00-17:00"' },
  "window-time-zone": { value: "zone", help: 'rotate.window.timeZone, such as "Europe/Berlin"' },
  "window-max-delay": {
    value: "duration",
    help: "rotate.window.maxDelay: a key that is overdue by more does not wait",
  },
  days: { value: "number", help: "how many days to simulate", default: "365" },
  "run-every": {
    value: "duration",
    help: "the time from one run of the pipeline to the next",
    default: "24h",
  },
  missed: { value: "share", help: "the share of runs that are missed", default: "0.1" },
  failing: { value: "share", help: "the share of runs in which the cloud's API fails", default: "0.1" },
  consumers: {
    value: "number",
    help: "how many programs use the key, each once between two runs",
    default: "3",
  },
  "consumer-delay": {
    value: "duration",
    help: "the longest time that one keeps using a key that was replaced",
    default: "5d",
  },
  seed: { value: "number", help: "the seed: another seed gives another year", default: "1" },
  svg: { value: "file", help: "draw a picture to this file" },
} as const satisfies Readonly<Record<string, Described>>;

export type OptionName = keyof typeof OPTIONS;

type Flag = "once-current-used";

/** What the command line gives for each of them; absent where there is no default. */
export type Given = Readonly<Partial<Record<Exclude<OptionName, Flag>, string> & Record<Flag, boolean>>>;
