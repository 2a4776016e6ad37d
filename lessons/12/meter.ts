/** Is loaded into a server's process, and tells whoever has started it what it holds and has used. */
setInterval(() => {
  globalThis.gc?.(); // What is only not collected yet is not held.
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ held: heapUsed + external, cpu: user + system });
}, 250).unref();
