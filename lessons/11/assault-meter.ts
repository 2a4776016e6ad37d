/** Is loaded into a server's process, and tells whoever has started it how much memory and processor time it has used. */
setInterval(() => {
  const { user, system } = process.cpuUsage();
  process.send?.({ rss: process.memoryUsage.rss(), cpu: user + system });
}, 20).unref();
