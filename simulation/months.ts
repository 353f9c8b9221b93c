const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The beginning, and each first day of a month after it, with the month's name (of a January, its year). */
export function monthMarks(from: number, to: number): { readonly at: number; readonly name: string }[] {
  const begin = new Date(from);
  const marks = [{ at: from, name: `${NAMES[begin.getUTCMonth()]}` }];
  for (let month = begin.getUTCMonth() + 1; ; month++) {
    const at = Date.UTC(begin.getUTCFullYear(), month, 1);
    if (at >= to) return marks;
    const date = new Date(at);
    marks.push({
      at,
      name: date.getUTCMonth() === 0 ? `${date.getUTCFullYear()}` : `${NAMES[date.getUTCMonth()]}`,
    });
  }
}
