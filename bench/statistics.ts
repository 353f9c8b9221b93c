import { max, median, min } from "simple-statistics";

/** What several runs of one measurement gave. */
export class Sample {
  readonly values: readonly number[];
  readonly unit: string;

  constructor(values: readonly number[], unit: string) {
    this.values = values;
    this.unit = unit;
  }

  get median(): number {
    return median([...this.values]);
  }

  /** "1.02 s (0.98–1.10)": the median, and the least and the greatest of several. */
  toString(): string {
    const text = `${rounded(this.median)} ${this.unit}`;
    if (this.values.length === 1) return text;
    return `${text} (${rounded(min([...this.values]))}–${rounded(max([...this.values]))})`;
  }
}

/** Three significant digits, or all that stand before the point. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
