/** Is loaded into a server's process, and tells whoever has started it how much memory it has. */
setInterval(() => process.send?.({ rss: process.memoryUsage.rss() }), 20).unref();
