import { say } from './print.ts';

/** Something is wrong with the words of a command: what, and where to read on. */
export function usageFault(command: string, message: string): 2 {
  say(message);
  say(`\`recomp help ${command}\` says what it takes`);
  return 2;
}
