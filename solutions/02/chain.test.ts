/** Proves the check of exercise 02: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain({ exercise: 'exercises/02', solution: 'solutions/02', lesson: 'lessons/03' });
