/** The frame that is shown at a time. */
export const frameAt = (seconds: number, fps: number): number => Math.round(seconds * fps);

/** When a frame is shown, in seconds with three decimals. */
export const timeOf = (frame: number, fps: number): number => Math.round((frame * 1000) / fps) / 1000;

/** "1:02.345", with hours where there are any. */
export function showTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const rest = `${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
