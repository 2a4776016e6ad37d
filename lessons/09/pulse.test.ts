/** What pulse.ts promises: with a clock that goes when a test says so. */
import { expect, test } from 'vitest';
import { createClock } from '#shared/testing/moved-clock.ts';
import { createPulse, type Options } from './pulse.ts';

/** A pulse, and when it asked and gave up, in ms since the begin. */
function setUp(more: Partial<Options> = {}) {
  const clock = createClock();
  const told: string[] = [];
  const pulse = createPulse({
    clock,
    ask: () => told.push(`ask ${clock.now()}`),
    onSilence: () => told.push(`silence ${clock.now()}`),
    ...more,
  });
  return { clock, told, pulse };
}

test('it asks after five seconds without a message, and gives up three seconds later, once', () => {
  const { clock, told, pulse } = setUp();
  pulse.start();
  clock.pass(4_999);
  expect(told).toEqual([]);
  clock.pass(3_000);
  expect(told).toEqual(['ask 5000']);
  clock.pass(1);
  expect(told).toEqual(['ask 5000', 'silence 8000']);
  clock.pass(100_000);
  expect(told.length).toBe(2);
  expect(clock.pending()).toBe(0);
});

test('whatever comes is a sign of life: it waits anew, also where it has asked', () => {
  const { clock, told, pulse } = setUp();
  pulse.start();
  for (let time = 0; time < 10; time += 1) {
    clock.pass(4_999);
    pulse.heard();
  }
  expect(told).toEqual([]);
  clock.pass(7_999);
  pulse.heard();
  clock.pass(4_999);
  expect(told).toEqual(['ask 54990']);
  expect(clock.pending()).toBe(1);
});

test('an answer within the question counts', () => {
  const { clock, told, pulse } = setUp({ ask: () => pulse.heard() });
  pulse.start();
  clock.pass(100_000);
  expect(told).toEqual([]);
});

test('stopped, it has no timer, hears nothing, and may start again', () => {
  const { clock, told, pulse } = setUp({ every: 100, patience: 50 });
  pulse.heard();
  expect(clock.pending()).toBe(0);
  pulse.start();
  clock.pass(120);
  pulse.stop();
  pulse.heard();
  expect([clock.pending(), ...told]).toEqual([0, 'ask 100']);
  pulse.start();
  pulse.start();
  expect(clock.pending()).toBe(1);
  clock.pass(1_000);
  expect(told).toEqual(['ask 100', 'ask 220', 'silence 270']);
});

test('after a silence nothing that comes late starts it, but start does', () => {
  const { clock, told, pulse } = setUp({ every: 100, patience: 50, onSilence: () => pulse.start() });
  pulse.start();
  clock.pass(300);
  expect(told).toEqual(['ask 100', 'ask 250']);
  const other = setUp({ every: 100, patience: 50 });
  other.pulse.start();
  other.clock.pass(150);
  other.pulse.heard();
  expect(other.clock.pending()).toBe(0);
});
