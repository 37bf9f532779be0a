const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const WINDOW = /^(?:(\w{3})(?:-(\w{3}))? )?(\d\d):(\d\d)-(\d\d):(\d\d)$/;

/** `Mon-Fri 22:00-06:00`, in UTC; the night belongs to the day on which it began. */
export function isWithin(window: string, at: Date): boolean {
  const [, first, last, fromHour, fromMinute, toHour, toMinute] = WINDOW.exec(window) ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  const today = at.getUTCDay();
  if (from < to) return minute >= from && minute < to && onDay(today, first, last);
  return (
    (minute >= from && onDay(today, first, last)) || (minute < to && onDay((today + 6) % 7, first, last))
  );
}

function onDay(day: number, first: string | undefined, last: string | undefined): boolean {
  if (first === undefined) return true;
  const from = DAYS.indexOf(first);
  const length = (DAYS.indexOf(last ?? first) - from + 7) % 7;
  return (day - from + 7) % 7 <= length;
}
