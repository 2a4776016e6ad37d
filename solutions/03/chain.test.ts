/** Proves the check of exercise 03: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain({ exercise: 'exercises/03', solution: 'solutions/03', lesson: 'lessons/04' });
