// Preloaded: says at exit what the process itself took.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write(
    `usage: user ${(userCPUTime / 1e3).toFixed(0)} ms, system ${(systemCPUTime / 1e3).toFixed(0)} ms, maxrss ${(maxRSS / 1024).toFixed(0)} MB\n`,
  );
});
