/** Brings back what a suite has changed in its process, for the one that runs next. */

/** Notes how things are now. Gives what makes them so again. @param more other objects that a suite may have changed */
export function keepGlobals(more: object[]): () => void {
  const objects: object[] = [
    globalThis,
    Math,
    JSON,
    Date,
    Promise,
    console,
    performance,
    process.hrtime,
    ...more,
  ];
  const kept = objects.map((object) => ({ object, were: Object.getOwnPropertyDescriptors(object) }));
  const env = { ...process.env };
  const cwd = process.cwd();
  const { hrtime } = process;
  const listeners = process.eventNames().map((name) => ({ name, were: process.listeners(name as 'exit') }));

  return () => {
    for (const { object, were } of kept) {
      const before: Record<PropertyKey, PropertyDescriptor> = were;
      for (const key of Reflect.ownKeys(object)) if (!(key in before)) Reflect.deleteProperty(object, key);
      for (const key of Reflect.ownKeys(before)) {
        const [is, was] = [Object.getOwnPropertyDescriptor(object, key), before[key]];
        if (was && (is?.value !== was.value || is?.get !== was.get)) Reflect.defineProperty(object, key, was);
      }
    }
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    process.chdir(cwd);
    process.hrtime = hrtime;
    for (const name of process.eventNames()) {
      const were = listeners.find((one) => one.name === name)?.were ?? [];
      for (const one of process.listeners(name as 'exit'))
        if (!were.includes(one)) process.removeListener(name, one);
    }
  };
}
