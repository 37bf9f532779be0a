import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  readonly signal: AbortSignal;
  /** 128 + the number of the signal that came; undefined: none did. */
  readonly exitCode: number | undefined;
  /** Who knows more of what is going on says it instead, until it gives back. */
  tellBy(teller: () => void): () => void;
  dispose(): void;
}

/** The first signal asks for an orderly end; a second one ends at once. */
export function listenForInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let tell = onFirst;
  const handlers = SIGNALS.map((name) => {
    const handler = (): void => {
      const code = 128 + constants.signals[name];
      if (exitCode !== undefined) process.exit(code);
      exitCode = code;
      tell();
      controller.abort();
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    tellBy: (teller) => {
      tell = teller;
      return () => {
        tell = onFirst;
      };
    },
    dispose: () => {
      for (const off of handlers) off();
    },
  };
}
