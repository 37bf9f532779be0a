export interface KeyActions {
  readonly rebuild: () => void;
  readonly explain: () => void;
  readonly quit: () => void;
  readonly interrupt: () => void;
}

/** Single keys, where a person is at the other end; returns how to leave the terminal as it was. */
export function listenForKeys(actions: KeyActions): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const onData = (data: Buffer): void => {
    for (const key of data.toString('latin1')) {
      if (key === 'r') actions.rebuild();
      else if (key === 'e') actions.explain();
      else if (key === 'q') actions.quit();
      else if (key === CTRL_C) actions.interrupt();
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

/** A terminal that hands over single keys hands over this one too. */
const CTRL_C = '\u0003';
