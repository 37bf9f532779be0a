import type { Unenclosed } from '../engine/services.ts';
import type { Executor } from '../ports/executor.ts';
import type { Chosen } from '../sandbox/choose-executor.ts';

/** Where a display, its sound and its graphics card are found; what a person's session sets and programs go by. */
const SESSION_VARIABLES = [
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'PULSE_SERVER',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
] as const;

interface OpenUnenclosed extends Pick<Unenclosed, 'executorFor' | 'session'> {
  close(): Promise<void>;
}

/** What runs actions in the user's session; nothing is made before one of them runs. */
export function openUnenclosed(
  { executor, openBare }: Pick<Chosen, 'executor' | 'openBare'>,
  environment: NodeJS.ProcessEnv,
  tell: (warning: string) => void,
): OpenUnenclosed {
  let bare: Executor | undefined;
  return {
    session: sessionOf(environment),
    executorFor: (id, why) => {
      tell(`${id} is not isolated: ${why}. What it made is kept in no cache`);
      if (openBare) bare ??= openBare();
      return bare ?? executor;
    },
    close: async () => bare?.close(),
  };
}

function sessionOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const session: Record<string, string> = {};
  for (const name of SESSION_VARIABLES) {
    const value = environment[name];
    if (value !== undefined) session[name] = value;
  }
  // HOME is another folder there, and that is where it would be looked for.
  if (session['DISPLAY'] !== undefined && environment['HOME'] !== undefined)
    session['XAUTHORITY'] ??= `${environment['HOME']}/.Xauthority`;
  return session;
}
