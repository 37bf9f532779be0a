/** When this process was started: what a user feels as the beginning. */
export const processStart = (): number => Date.now() - process.uptime() * 1000;
