/** Proves the check of exercise 01: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain({ exercise: 'exercises/01', solution: 'solutions/01', lesson: 'lessons/02' });
