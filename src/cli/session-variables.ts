/** Where a display, its sound and its graphics card are found; what a person's session sets and programs go by. */
const NAMES = [
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'PULSE_SERVER',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
] as const;

/** For actions that cannot be shut in. */
export function sessionVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const session: Record<string, string> = {};
  for (const name of NAMES) {
    const value = environment[name];
    if (value !== undefined) session[name] = value;
  }
  // HOME is another folder there, and that is where it would be looked for.
  if (session['DISPLAY'] !== undefined && environment['HOME'] !== undefined)
    session['XAUTHORITY'] ??= `${environment['HOME']}/.Xauthority`;
  return session;
}
