/** Hours of the day in which no update begins, because the app does not want to be restarted. */

/** Both `HH:MM` in UTC; hours over midnight are written as `{ from: '22:00', until: '06:00' }`. */
export interface QuietHours {
  from: string;
  until: string;
}

const MINUTES_OF_DAY = 1440;

/** Minutes from midnight to that time, `HH:MM`. Throws a RangeError on what is no time of a day. */
export function minuteOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  // Made anew for each use, as in app.ts.
  const isTime = /^\d\d:\d\d$/.test(time) && hours < 24 && minutes < 60;
  if (!isTime) throw new RangeError(`"${time}" is no time of a day: write HH:MM, in UTC`);
  return hours * 60 + minutes;
}

/** True in those hours. Throws a RangeError on hours that are none, and on those that end as they begin. */
export function isQuiet({ from, until }: QuietHours, unixSeconds: number): boolean {
  const [begin, end] = [minuteOfDay(from), minuteOfDay(until)];
  if (begin === end) throw new RangeError(`quiet hours from ${from} until ${until} have no length`);
  const minute = Math.floor(unixSeconds / 60) % MINUTES_OF_DAY;
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}
